// How long after Ollama's first token the first event of `stream_from_ollama` is at the client.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { servers } from "./lib/servers.ts";
import { median, quantile } from "./lib/statistics.ts";
import { answers } from "./lib/zero-delay-ollama.ts";

const CALLS = 300;
const AIM_MS = 10;

let firstTokenMs = 0;
/** Says one token, and the rest a moment later. */
const ollama = createServer((request, response) => {
  request.resume().on("end", () => {
    if (request.url !== "/api/generate")
      return void response.end(answers[request.url ?? ""] ?? "Ollama is running");
    response.write(`${JSON.stringify({ model: "llama3.2", response: "The", done: false })}\n`);
    firstTokenMs = performance.now();
    setTimeout(() => response.end(answers["/api/generate"]), 2);
  });
});
ollama.listen(0, "127.0.0.1");
await once(ollama, "listening");
const { port } = ollama.address() as AddressInfo;

const bridge = servers.bridge(`http://127.0.0.1:${port}`, ["--all"]);
await bridge.initialize();
const times: number[] = [];
bridge.onNotification = ({ message }) => {
  if (!String(message).includes("text_delta") || firstTokenMs === 0) return;
  times.push(performance.now() - firstTokenMs);
  firstTokenMs = 0;
};
const args = { model: "llama3.2", input_text: "What is six times seven?" };
for (let call = 0; call < CALLS; call++)
  await bridge.call("stream_from_ollama", args, { progressToken: call + 1 });
const [p50, p99] = [median(times), quantile(times, 0.99)].map((ms) => `${ms.toFixed(2)} ms`);
console.log(
  `first text event after Ollama's first token, ${times.length} calls: p50 ${p50}, p99 ${p99}, the very first ${times[0]?.toFixed(2)} ms   aim ≤ ${AIM_MS}`,
);
await bridge.stop();
ollama.close();
