export interface Registry {
  environment(cache?: string): Record<string, string>;
  close(): Promise<void>;
}

export function startRegistry(folder: string): Promise<Registry>;
