import { expect, test } from "vitest";
import { errorMessage } from "../api/error-message.ts";
import { errorFromServer } from "./server-errors.ts";

const endpoint = "http://gpu-box:11434/api/chat";

test.each([
  [400, "the input length exceeds the context length", "CONTEXT_EXCEEDED", "text"],
  [
    400,
    '{"error":{"code":400,"message":"request (3010 tokens) exceeds the available context size (512 tokens), try increasing it","type":"exceed_context_size_error"}}',
    "CONTEXT_EXCEEDED",
    "text",
  ],
  [400, "prompt too long; exceeded max context length by 65590 tokens", "CONTEXT_EXCEEDED", "text"],
  [400, "input length (5163 tokens) exceeds the model's maximum context length", "CONTEXT_EXCEEDED", "text"],
  [500, 'option "temperature" must be of type float32', "VALIDATION_ERROR", "caller"],
  [400, 'time: invalid duration "soon"', "VALIDATION_ERROR", "caller"],
  [400, "invalid JSON schema in format", "VALIDATION_ERROR", "caller"],
  [400, '"smollm2:135m" does not support thinking', "CAPABILITY_UNSUPPORTED", "model"],
  [
    501,
    "This server does not support embeddings. Start it with `--embeddings`",
    "CAPABILITY_UNSUPPORTED",
    "model",
  ],
  [
    400,
    '{"error":{"code":400,"message":"Multimodal data provided, but model does not support multimodal requests."}}',
    "CAPABILITY_UNSUPPORTED",
    "model",
  ],
  [404, "model 'no-such-model:1b' not found", "MODEL_NOT_FOUND", "list"],
  [404, 'model "nope" not found, try pulling it first', "MODEL_NOT_FOUND", "list"],
  [401, "unauthorized", "UNAUTHORIZED", "credentials"],
  [503, "server busy, please try again.  maximum pending requests exceeded", "OLLAMA_BUSY", "instance"],
  [429, "you have reached your weekly usage limit", "QUOTA_EXCEEDED", "account"],
  [402, "payment required", "QUOTA_EXCEEDED", "account"],
  [500, "llama runner process has terminated: exit status 2", "OLLAMA_PROCESSING_ERROR", "model"],
  [500, "llama-server process has terminated: signal: killed", "OLLAMA_PROCESSING_ERROR", "model"],
  [
    500,
    "error parsing tool call: raw='{', err=unexpected end of JSON input",
    "OLLAMA_PROCESSING_ERROR",
    "model",
  ],
  [500, "json: unsupported value: NaN", "OLLAMA_PROCESSING_ERROR", "text"],
  [200, "write /models/blobs: no space left on device", "OLLAMA_PROCESSING_ERROR", "instance"],
])("%i %s is %s of the %s", (status, told, code, attributedTo) => {
  const error = errorFromServer({ status, endpoint, message: errorMessage({ error: told }) });
  expect(error).toMatchObject({ code, attributedTo });
});

test("an error that is not in Ollama's shape belongs to what stands in front of it", () => {
  for (const status of [404, 405, 408, 409, 410, 413, 421, 502])
    expect(errorFromServer({ status, endpoint, message: "<html>", isOwnShape: false })).toMatchObject({
      code: "OLLAMA_PROCESSING_ERROR",
      attributedTo: "front",
      details: { status },
    });
});

test("an option that Ollama refuses is named as the caller wrote it", () => {
  const message = 'option "temperature" must be of type float32';
  expect(errorFromServer({ status: 500, endpoint, message })).toMatchObject({
    details: { path: "options.temperature", issue: expect.stringContaining("float32") },
  });
});

test("a full disk is told as a cause, not in words only", () => {
  const message = "write /models: no space left on device";
  expect(errorFromServer({ status: 200, endpoint, message })).toMatchObject({
    details: { cause: "disk-full" },
  });
});
