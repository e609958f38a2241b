// Starts the published servers and uses each as a client would.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

export const MODEL = "llama3.2";
const prompt = "Are you there?";
const answered = `${MODEL} was asked: ${prompt}`;
/** On a busy machine npx may take minutes to start what it has just installed. */
const limits = { timeout: 600_000 };
const namespace = "rehearsal"; // by default it is the folder's, and each start here has its own folder
const remembered = "The rehearsal went well.";

/** One call of each server that shows that it works: what it says must hold the text. */
const calls = {
  "@ollama-bridge/core-client": { tool: "ollama_generate", args: { model: MODEL, prompt }, text: answered },
  "@ollama-bridge/discovery": { tool: "list_models", args: {}, text: MODEL },
  "@ollama-bridge/router": { tool: "ask_model", args: { model: MODEL, prompt }, text: answered },
  "@ollama-bridge/consult": { tool: "consult_ollama", args: { model: MODEL, prompt }, text: answered },
  "@ollama-bridge/memory": {
    before: { tool: "remember_consult", args: { namespace, key: "rehearsal", value: remembered } },
    tool: "recall",
    args: { namespace, key: "rehearsal" },
    text: remembered,
  },
  "@ollama-bridge/messages": {
    tool: "process_with_ollama",
    args: { model: MODEL, input_text: prompt },
    text: answered,
  },
  "ollama-bridge-mcp": { tool: "ask_model", args: { model: MODEL, prompt }, text: answered },
};

/** The packages among `names` that are servers. */
export const serversAmong = (names) => names.filter((name) => name in calls);

/** What a server gets that runs against `ollamaUrl` and keeps its data under `folder`. */
export function serverEnvironment(folder, ollamaUrl, environment = process.env) {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const folders = { HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home };
  const base = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("XDG_")));
  return { ...base, ...folders, OLLAMA_BASE_URL: ollamaUrl };
}

/**
 * Starts the server of the package `name` with `command`, lists its tools and calls one, by default the one above.
 * Resolves to the version that it names and the number of its tools.
 * @throws Error that holds the server's stderr, when it does not start or answers something else.
 */
export async function useServer(
  name,
  { command, args, cwd, env },
  { again = false, call = calls[name] } = {},
) {
  const { before, tool, args: toolArguments, text, error = false } = call;
  const client = new Client({ name: "rehearsal", version: "1.0.0" });
  const transport = new StdioClientTransport({ command, args, cwd, env, stderr: "pipe" });
  let stderr = "";
  transport.stderr.on("data", (chunk) => (stderr += chunk));
  try {
    await client.connect(transport, limits);
    const { tools } = await client.listTools(undefined, limits);
    // After an upgrade what was kept before it must still be there.
    if (before && !again) await client.callTool({ name: before.tool, arguments: before.args }, limits);
    const result = await client.callTool({ name: tool, arguments: toolArguments }, limits);
    const said = result.content.map((part) => part.text ?? "").join("\n");
    if ((result.isError ?? false) !== error || !said.includes(text))
      throw new Error(`${tool} answered: ${said}`);
    return { version: client.getServerVersion().version, tools: tools.length };
  } catch (error) {
    throw new Error(`The server of ${name} failed: ${error.message}\n${stderr}`, { cause: error });
  } finally {
    await client.close();
  }
}
