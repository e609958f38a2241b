import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Pool } from "undici";
import * as z from "zod";

/** As many as our servers open to one instance unless they are told otherwise: 1,000 would cost more. */
const CONNECTIONS = 5;

const inputSchema = z.object({ model: z.string(), prompt: z.string() });
let pool: Promise<Pool> | undefined;

/** One bare streamed call: no deadline, no limit, no error of its own. */
async function generate(input: z.infer<typeof inputSchema>) {
  // Loaded with the first call, as in our servers.
  pool ??= import("undici").then(
    (undici) => new undici.Pool(process.env.OLLAMA_BASE_URL ?? "", { connections: CONNECTIONS }),
  );
  const { body } = await (await pool).request({
    method: "POST",
    path: "/api/generate",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...input, stream: true }),
  });
  body.setEncoding("utf8");
  let text = "";
  let rest = "";
  for await (const chunk of body) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) text += (JSON.parse(line) as { response: string }).response;
  }
  return { content: [{ type: "text" as const, text }] };
}

serveStdio(() => {
  const server = new McpServer({ name: "floor", version: "0.0.0" });
  server.registerTool("ollama_generate", { description: "Generates text.", inputSchema }, generate);
  return server;
});
