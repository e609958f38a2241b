import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

/** An Ollama that answers at once, in a process of its own, so that what is measured is what lies before it. */
export async function startZeroDelayOllama(): Promise<{ url: string; stop(): void }> {
  const child = fork(fileURLToPath(import.meta.url), ["serve"]);
  const url = await new Promise<string>((resolve) =>
    child.once("message", (message) => resolve(String(message))),
  );
  return { url, stop: () => void child.kill() };
}

const model = {
  name: "llama3.2:latest",
  model: "llama3.2:latest",
  modified_at: "2026-01-01T00:00:00Z",
  size: 2_000_000_000,
  digest: "0".repeat(64),
  details: { family: "llama", parameter_size: "3B", quantization_level: "Q4_0", context_length: 8192 },
  capabilities: ["completion"],
};
const end = {
  model: "llama3.2",
  created_at: "2026-01-01T00:00:00Z",
  done: true,
  done_reason: "stop",
  total_duration: 1000,
  load_duration: 10,
  prompt_eval_count: 5,
  prompt_eval_duration: 10,
  eval_count: 5,
  eval_duration: 10,
};
/** What it answers, by path. */
export const answers: Record<string, string> = {
  "/api/version": JSON.stringify({ version: "0.33.0" }),
  "/api/tags": JSON.stringify({ models: [model] }),
  "/api/ps": JSON.stringify({ models: [{ ...model, size_vram: 0, expires_at: "2030-01-01T00:00:00Z" }] }),
  "/api/show": JSON.stringify({ details: model.details, model_info: {}, capabilities: ["completion"] }),
  "/api/generate": `${JSON.stringify({ ...end, response: "The answer is 42." })}\n`,
  "/api/chat": `${JSON.stringify({ ...end, message: { role: "assistant", content: "The answer is 42." } })}\n`,
};

if (process.argv[2] === "serve") {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(answers[request.url ?? ""] ?? "Ollama is running");
    });
  });
  server.listen(0, "127.0.0.1", () =>
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
}
