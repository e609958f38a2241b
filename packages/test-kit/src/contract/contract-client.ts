/** What a tool call comes back as, in every client. */
export interface ToolResult {
  content: { type: string; text?: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
  _meta?: Record<string, unknown>;
}

export interface ListedTool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations?: Record<string, unknown>;
}

export interface ProgressUpdate {
  progress: number;
  total?: number;
  message?: string;
}

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (update: ProgressUpdate) => void;
}

/** The one face of three clients: the 1.x SDK's, and the 2.x SDK's in both protocol eras. */
export interface ContractClient {
  listTools(): Promise<ListedTool[]>;
  callTool(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  listResources(): Promise<string[]>;
  listResourceTemplates(): Promise<string[]>;
  readResource(uri: string): Promise<string>;
  complete(uriTemplate: string, variable: string, prefix: string): Promise<string[]>;
  listPrompts(): Promise<string[]>;
  /** Calls `onUpdated` for each change of the resource from now on. */
  subscribe(uri: string, onUpdated: () => void): Promise<void>;
  close(): Promise<void>;
}

/** Where a server is: a program to start, or an address; `fetch` reaches one without a socket. */
export type Reach =
  | { stdio: { command: string; args: string[]; env: Record<string, string>; cwd?: string } }
  | {
      http: {
        url: string;
        token?: string;
        fetch?: (url: string | URL, init?: RequestInit) => Promise<Response>;
      };
    };

export type ClientKind = "1.x" | "2.x legacy" | "2.x modern";
export const clientKinds: readonly ClientKind[] = ["1.x", "2.x legacy", "2.x modern"];
