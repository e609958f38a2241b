import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { onTestFinished } from "vitest";
import { createTemporaryHome, type TemporaryHome } from "./temporary-home.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** What a client gets of one call. */
interface Reply {
  /** Of each block of content. */
  texts: string[];
  // biome-ignore lint/suspicious/noExplicitAny: what a tool answers is what the test is about
  data: any;
  error?: { code: string; message: string };
}

/** A bridge that a client started over stdio in a project's folder. */
interface ProjectBridge {
  call(name: string, args?: object): Promise<Reply>;
  tools(): Promise<string[]>;
  /** What it wrote to stderr so far. */
  log(): string;
}

/** A user's home with a project that brought a configuration file. */
export interface Project extends TemporaryHome {
  /** Writes the project's file. */
  brings(text: string): void;
  start(env: Record<string, string>, ...args: string[]): Promise<ProjectBridge>;
}

/** `configuration` is the user's own. */
export async function createProject(configuration: string): Promise<Project> {
  const home = await createTemporaryHome();
  onTestFinished(() => home.remove());
  const folder = process.platform === "win32" ? join("AppData", "Roaming") : ".config";
  await home.write(join(folder, "ollama-bridge", "ollama-bridge.config.yaml"), configuration);
  return {
    ...home,
    brings: (text) => writeFileSync(join(home.project, "ollama-bridge.config.yaml"), text),
    async start(env, ...args) {
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [bin, "serve", ...args],
        env: { ...home.env, ...env },
        cwd: home.project,
        stderr: "pipe",
      });
      let log = "";
      transport.stderr?.on("data", (chunk) => {
        log += String(chunk);
      });
      const client = new Client({ name: "test", version: "1" });
      await client.connect(transport);
      onTestFinished(() => client.close());
      return {
        async call(name, args = {}) {
          const result = await client.callTool({ name, arguments: { ...args } });
          const texts = result.content.map((block) => (block.type === "text" ? block.text : ""));
          return { texts, ...(result.structuredContent as Omit<Reply, "texts">) };
        },
        tools: async () => (await client.listTools()).tools.map(({ name }) => name),
        log: () => log,
      };
    },
  };
}
