import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { waitAtMost } from "@ollama-bridge/foundation";
import { describeEngine } from "./default-model.ts";
import { isEngineError } from "./engine-error.ts";
import { LlamaEngine } from "./llama/llama-engine.ts";
import { LlamaRunner } from "./llama/llama-runner.ts";
import { readModelFacts } from "./llama/model-facts.ts";
import { llamaBackend } from "./llama-backend.ts";
import { modelFile } from "./model-file.ts";
import type { EngineProgress } from "./progress.ts";
import { createOllamaServer } from "./protocol/index.ts";

const usage = "usage: ollama-bridge-engine [--port PORT] [--host 127.0.0.1|::1|localhost]";
const longestEndMs = 1500;
const loopback = ["127.0.0.1", "::1", "localhost"];

/** What the engine's process tells the one that forked it, when it is ready. */
export type Ready = { url: string; models: string[] };

/** The command: serves until it is told to end, or until the process that forked it is gone. */
export async function main(args: string[]): Promise<void> {
  const stop = new AbortController();
  for (const end of ["SIGTERM", "SIGINT", "SIGHUP", "disconnect"]) process.once(end, () => stop.abort());
  try {
    await serve(args, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) process.exit(0);
    say(isEngineError(error) ? `${error.message} ${error.hint}` : (error as Error).message);
    process.exit(1);
  }
  process.exit(0);
}

async function serve(args: string[], signal: AbortSignal): Promise<void> {
  const { host, port } = address(args);
  const file = await modelFile({ signal, onProgress: sayPhases() });
  const runner = new LlamaRunner(file);
  await runner.llama(); // a machine without a build of llama.cpp is told now, not at the first question
  const engine = new LlamaEngine(await readModelFacts(file), runner);
  const server = createOllamaServer(llamaBackend(engine));
  const url = await listen(server, host, port);
  signal.throwIfAborted();
  const models = engine.models.map(({ name }) => name);
  say(`${url} serves ${models.join(" and ")}. ${describeEngine()}`);
  process.send?.({ url, models } satisfies Ready);
  await new Promise((stopped) => signal.addEventListener("abort", stopped, { once: true }));
  server.close().closeAllConnections();
  await waitAtMost(longestEndMs, engine.close());
}

const say = (text: string) => process.stderr.write(`ollama-bridge-engine: ${text}\n`);

/** Says each phase once. */
function sayPhases(): (progress: EngineProgress) => void {
  let said = "";
  return ({ phase }) => {
    if (phase !== said) say(`${phase} the model`);
    said = phase;
  };
}

function address(args: string[]): { host: string; port: number } {
  const options = {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
  } as const;
  const { values } = parseArgs({ args, options });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port}: ${usage}`);
  if (!loopback.includes(values.host))
    throw new Error(`--host ${values.host} is not a loopback address: ${usage}`);
  return { host: values.host, port };
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, "listening");
  const { address, family, port: taken } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`;
}
