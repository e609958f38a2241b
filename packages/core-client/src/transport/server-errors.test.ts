import { expect, test } from "vitest";
import { readServerMessage } from "../api/error-message.ts";
import { errorFromServer } from "./server-errors.ts";

const endpoint = "http://gpu-box:11434/api/chat";
const told = (status: number, body: unknown, more: object = {}) =>
  errorFromServer({ ...readServerMessage(body), status, endpoint, ...more });
/** As Ollama passes on what llama-server says. */
const nested = (error: object) => ({ error: JSON.stringify({ error: { code: 400, ...error } }) });

test.each<[number, unknown, string, string]>([
  [401, { error: "unauthorized", signin_url: "https://ollama.com/connect" }, "UNAUTHORIZED", "credentials"],
  [200, { error: "unauthorized" }, "UNAUTHORIZED", "credentials"],
  [403, { error: "this model requires a subscription, upgrade for access" }, "UNAUTHORIZED", "credentials"],
  [404, { error: "model 'no-such-model:1b' not found" }, "MODEL_NOT_FOUND", "list"],
  [404, { error: 'model "nope" not found, try pulling it first' }, "MODEL_NOT_FOUND", "list"],
  [404, { error: { message: "The model `x` does not exist.", code: 404 } }, "MODEL_NOT_FOUND", "list"],
  [200, { error: "model 'x' not found" }, "MODEL_NOT_FOUND", "list"],
  [
    200,
    { error: "open /models/manifests/registry.ollama.ai/me/x/latest: no such file or directory" },
    "MODEL_NOT_FOUND",
    "list",
  ],
  [
    200,
    { error: "open C:\\Users\\a\\.ollama\\models\\manifests\\x: The system cannot find the path specified." },
    "MODEL_NOT_FOUND",
    "list",
  ],
  [500, { error: "pull model manifest: file does not exist" }, "MODEL_NOT_FOUND", "list"],
  [
    503,
    { error: "server busy, please try again.  maximum pending requests exceeded" },
    "OLLAMA_BUSY",
    "instance",
  ],
  [
    200,
    { error: "server busy, please try again.  maximum pending requests exceeded" },
    "OLLAMA_BUSY",
    "instance",
  ],
  [
    503,
    { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    "OLLAMA_BUSY",
    "instance",
  ],
  [429, { error: "too many requests" }, "OLLAMA_BUSY", "instance"],
  [500, { error: "llama runner process has terminated: exit status 2" }, "OLLAMA_PROCESSING_ERROR", "model"],
  [500, { error: "llama-server process has terminated: signal: killed" }, "OLLAMA_PROCESSING_ERROR", "model"],
  [500, { error: "mlx runner failed: Error: x (exit: exit status 1)" }, "OLLAMA_PROCESSING_ERROR", "model"],
  [
    500,
    { error: "model runner has unexpectedly stopped, check server logs" },
    "OLLAMA_PROCESSING_ERROR",
    "model",
  ],
  [500, { error: 'Post "http://127.0.0.1:43211/completion": EOF' }, "OLLAMA_PROCESSING_ERROR", "model"],
  [
    500,
    { error: "timed out waiting for llama runner to start: context" },
    "OLLAMA_PROCESSING_ERROR",
    "model",
  ],
  [500, { error: "model requires more system memory (5.6 GiB) than is" }, "OLLAMA_PROCESSING_ERROR", "model"],
  [
    500,
    { error: "CUDA error: an illegal memory access was encountered" },
    "OLLAMA_PROCESSING_ERROR",
    "model",
  ],
  [
    500,
    { error: "error parsing tool call: raw='{', err=unexpected end" },
    "OLLAMA_PROCESSING_ERROR",
    "model",
  ],
  [
    500,
    { error: "failed to encode response: json: unsupported value: NaN" },
    "OLLAMA_PROCESSING_ERROR",
    "text",
  ],
  [400, nested({ message: "Failed to load image or audio file" }), "OLLAMA_PROCESSING_ERROR", "text"],
  [200, { error: "write /models/blobs: no space left on device" }, "OLLAMA_PROCESSING_ERROR", "instance"],
  [
    502,
    { error: 'Post "https://ollama.com:443/api/generate?ts=1": dial tcp: lookup ollama.com: no such host' },
    "OLLAMA_PROCESSING_ERROR",
    "model",
  ],
  [500, { error: "something else" }, "OLLAMA_PROCESSING_ERROR", "instance"],
])("%i %j is %s of the %s", (status, body, code, attributedTo) => {
  expect(told(status, body)).toMatchObject({ code, attributedTo });
});

test.each<[unknown, object]>([
  [{ error: "the input length exceeds the context length" }, {}],
  [{ error: "input length exceeds maximum context length" }, {}],
  [
    nested({
      message: "request (3010 tokens) exceeds the available context size (512 tokens), try increasing it",
      type: "exceed_context_size_error",
    }),
    { tokens_estimated: 3010, context_length: 512 },
  ],
  [
    nested({ message: "the request exceeds the available context size", n_prompt_tokens: 3010, n_ctx: 512 }),
    { tokens_estimated: 3010, context_length: 512 },
  ],
  [
    {
      StatusCode: 400,
      Status: "400 Bad Request",
      error: "prompt too long; exceeded max context length by 65590 tokens",
    },
    { excess_tokens: 65_590 },
  ],
  [{ error: "prompt is too long" }, {}],
  [
    { error: "input length (5163 tokens) exceeds the model's maximum context length" },
    { tokens_estimated: 5163 },
  ],
  [
    { error: "input length (5163 tokens) exceeds the model's maximum context length (4096 tokens)" },
    { tokens_estimated: 5163, context_length: 4096 },
  ],
  [
    { error: "The input (516368 tokens) is longer than the model's context length (262144 tokens)." },
    { tokens_estimated: 516_368, context_length: 262_144 },
  ],
  [
    {
      error: { message: "This model's maximum context length is 4096 tokens. However, you requested 5000." },
    },
    { context_length: 4096 },
  ],
  [
    nested({
      message:
        "input (2345 tokens) is too large to process. increase the physical batch size (current batch size: 512)",
    }),
    { tokens_estimated: 2345, context_length: 512 },
  ],
  [{ error: "the prompt is greater than the context length" }, {}],
])("%j is a text that is too long, with what the server counted", (body, counts) => {
  const error = told(400, body);
  expect(error).toMatchObject({ code: "CONTEXT_EXCEEDED", attributedTo: "text" });
  expect(error.details).toEqual({ status: 400, endpoint, ...counts });
});

test.each<[number, unknown, string | undefined]>([
  [400, { error: '"smollm2:135m" does not support thinking' }, "thinking"],
  [400, { error: "registry.ollama.ai/library/smollm2:135m does not support tools" }, "tools"],
  [501, { error: "This server does not support embeddings. Start it with `--embeddings`" }, "embedding"],
  [500, { error: "This server does not support embeddings. Start it with `--embeddings`" }, "embedding"],
  [400, { error: '"nomic-embed-text" does not support chat' }, "completion"],
  [
    400,
    nested({ message: "Multimodal data provided, but model does not support multimodal requests." }),
    "vision",
  ],
  [
    500,
    nested({ message: "image input is not supported - hint: you may need to provide the mmproj" }),
    "vision",
  ],
  [400, { error: "this model does not support logprobs" }, undefined],
])("%i %j tells what the model lacks", (status, body, capability) => {
  expect(told(status, body, { model: "m" })).toMatchObject({
    code: "CAPABILITY_UNSUPPORTED",
    attributedTo: "model",
    details: { model: "m", ...(capability === undefined ? {} : { capability }) },
  });
});

test.each<[number, unknown, string]>([
  [500, { error: 'option "temperature" must be of type float32' }, "options.temperature"],
  [500, { error: 'option "stop" must be of an array of strings' }, "options.stop"],
  [400, { error: 'time: invalid duration "soon"' }, "keep_alive"],
  [400, { error: 'time: missing unit in duration "5"' }, "keep_alive"],
  [500, { error: "invalid JSON schema in format" }, "response_schema"],
  [400, nested({ message: "failed to parse grammar", type: "invalid_request_error" }), "response_schema"],
  [400, { error: 'invalid think value: "much" (must be "high", "medium", "low", true, or false)' }, "think"],
  [400, { error: "illegal base64 data at input byte 4" }, "images"],
  [
    400,
    {
      error: "json: cannot unmarshal number into Go struct field ChatRequest.messages.content of type string",
    },
    "messages.content",
  ],
])("%i %j names the parameter", (status, body, path) => {
  expect(told(status, body)).toMatchObject({
    code: "VALIDATION_ERROR",
    attributedTo: "caller",
    details: { path },
    hint: expect.not.stringContaining("log"),
  });
});

test.each<[number, unknown, object]>([
  [429, { error: "you (ada) have reached your weekly usage limit, upgrade for higher limits" }, {}],
  [429, { error: "you've reached your hourly usage limit, please wait or upgrade to continue" }, {}],
  [200, { error: "you have reached your session usage limit" }, {}],
  [200, { StatusCode: 402, error: "payment required" }, {}],
  [402, { error: "payment required" }, {}],
  [403, { error: "you have reached your weekly usage limit" }, {}],
  [429, { error: "too many requests" }, { model: "gpt-oss:120b-cloud" }],
  [429, { error: "too many requests" }, { model: "kimi-k2.5:cloud" }],
  [429, "", { endpoint: "https://ollama.com/api/chat" }],
])("%i %j %j is the account's limit", (status, body, more) => {
  expect(told(status, body, { retryAfter: "60", ...more })).toMatchObject({
    code: "QUOTA_EXCEEDED",
    attributedTo: "account",
    details: { retryAfter: 60_000 },
  });
});

test.each<[unknown, string]>([
  [{ error: { message: "it broke" } }, "it broke"],
  [{ error: { error: { message: "it broke" } } }, "it broke"],
  [{ message: "it broke" }, "it broke"],
  [{ detail: "it broke" }, "it broke"],
  [{ detail: [{ loc: ["body"], msg: "it broke", type: "missing" }] }, "it broke"],
  [{ errors: ["it broke", "again"] }, "it broke"],
  [{ errors: [{ message: "it broke" }] }, "it broke"],
  [[{ error: { message: "it broke" } }], "it broke"],
  [{ error: 'unexpected status 400: {"error":"it broke"}' }, "it broke"],
  ['{"error":"{\\"error\\":\\"{\\\\\\"message\\\\\\":\\\\\\"it broke\\\\\\"}\\"}"}', "it broke"],
  ['\ufeff{"error":"it broke"}', "it broke"],
  ["it broke\nat line 5", "it broke"],
  ["<html><head><title>502 Bad Gateway</title></head></html>", "a page of HTML: 502 Bad Gateway"],
  ["<!doctype html><html></html>", "a page of HTML"],
  [{ error: "raw='{\"city\":', err=it broke" }, "raw='{\"city\":', err=it broke"],
  [{ error: "  " }, ""],
  [{}, ""],
])("of %j a reader gets %s", (body, message) => {
  expect(readServerMessage(body)).toMatchObject({ message });
});

test("an error that is not in Ollama's shape belongs to what stands in front of it", () => {
  for (const status of [404, 405, 408, 409, 410, 413, 421, 502])
    expect(told(status, "<html>", { isOwnShape: false })).toMatchObject({
      code: "OLLAMA_PROCESSING_ERROR",
      attributedTo: "front",
      details: { status },
    });
});

test("a full disk is told as a cause, not in words only", () => {
  expect(told(200, { error: "write /models: no space left on device" })).toMatchObject({
    details: { cause: "disk-full" },
  });
});

test("a hostile text is read in one pass", () => {
  for (const text of [
    "(9 tokens) exceeds ".repeat(100_000),
    `"${"[".repeat(200_000)}`,
    "model '".repeat(200_000),
  ])
    expect(told(500, { error: text })).toMatchObject({ code: "OLLAMA_PROCESSING_ERROR" });
});
