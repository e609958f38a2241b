import { OllamaHttpError } from "@ollama-bridge/engine/protocol";

/** An error of llama-server as Ollama 0.33 passes it on: its JSON as the text of Ollama's own error. */
function fromLlamaServer(status: number, error: object): OllamaHttpError {
  return new OllamaHttpError(status, JSON.stringify({ error: { code: status, ...error } }));
}

export const contextSizeExceeded = (promptTokens: number, contextLength: number) =>
  fromLlamaServer(400, {
    message: `request (${promptTokens} tokens) exceeds the available context size (${contextLength} tokens), try increasing it`,
    type: "exceed_context_size_error",
    n_prompt_tokens: promptTokens,
    n_ctx: contextLength,
  });

export const noImages = () =>
  fromLlamaServer(400, {
    message: "Multimodal data provided, but model does not support multimodal requests.",
    type: "invalid_request_error",
  });

export const noEmbeddings = (status: number) =>
  new OllamaHttpError(status, "This server does not support embeddings. Start it with `--embeddings`");

/** Errors in the words that servers have for them, by what a test calls them. */
export const toldErrors = {
  "context-exceeded": () => new OllamaHttpError(400, "the input length exceeds the context length"),
  "context-exceeded-llama-server": () => contextSizeExceeded(3010, 512),
  "context-exceeded-cloud": () =>
    new OllamaHttpError(
      400,
      "prompt too long; exceeded max context length by 65590 tokens (ref: 632ffad5-0fd9-4bbc-935c-29e39693306c)",
      { StatusCode: 400, Status: "400 Bad Request" },
    ),
  "context-exceeded-mlx": () =>
    new OllamaHttpError(
      400,
      "input length (5163 tokens) exceeds the model's maximum context length (4096 tokens)",
    ),
  "context-exceeded-embedding": () => new OllamaHttpError(400, "input length exceeds maximum context length"),
  "runner-killed": () => new OllamaHttpError(500, "llama-server process has terminated: signal: killed"),
  "mlx-runner-failed": () =>
    new OllamaHttpError(500, "mlx runner failed: Error: failed to initialize MLX (exit: exit status 1)"),
  "tool-call-unreadable": () =>
    new OllamaHttpError(500, "error parsing tool call: raw='{\"city\":', err=unexpected end of JSON input"),
  "nan-embedding": () => new OllamaHttpError(500, "failed to encode response: json: unsupported value: NaN"),
  "image-refused": () =>
    fromLlamaServer(400, { message: "Failed to load image or audio file", type: "invalid_request_error" }),
  "bad-schema": () => new OllamaHttpError(500, "invalid JSON schema in format"),
  "bad-grammar": () =>
    fromLlamaServer(400, { message: "failed to parse grammar", type: "invalid_request_error" }),
  "bad-option": () => new OllamaHttpError(500, 'option "num_ctx" must be of type integer'),
  "bad-keep-alive": () => new OllamaHttpError(400, 'time: invalid duration "soon"'),
  "no-images": noImages,
  "no-embeddings": () => noEmbeddings(501),
  "weekly-limit": () =>
    new OllamaHttpError(
      429,
      "you (ada) have reached your weekly usage limit, upgrade for higher limits: https://ollama.com/upgrade",
    ),
  "payment-required": () => new OllamaHttpError(402, "this model requires a subscription"),
  forbidden: () => new OllamaHttpError(403, "forbidden"),
} satisfies Readonly<Record<string, () => OllamaHttpError>>;

export type ToldError = keyof typeof toldErrors;

export const isToldError = (kind: string): kind is ToldError => Object.hasOwn(toldErrors, kind);
