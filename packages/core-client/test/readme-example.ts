import { isBridgeError, OllamaClient } from "@ollama-bridge/core-client";

const client = new OllamaClient("http://gpu-box:11434");
try {
  const request = { model: "llama3.2", prompt: "Why is the sky blue?" };
  const { response, eval_count } = await client.generate(request, {
    timeoutMs: 60_000,
    onEvent: (piece) => process.stderr.write(piece.response ?? ""),
  });
  console.log(response, eval_count);
} catch (error) {
  console.error(isBridgeError(error) ? `${error.code}: ${error.message} ${error.hint}` : error);
} finally {
  await client.close();
}
