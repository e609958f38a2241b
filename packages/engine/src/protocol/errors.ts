/** An error that the client sees as HTTP status and `{"error": message}`. */
export class OllamaHttpError extends Error {
  override readonly name: string = "OllamaHttpError";
  readonly status: number;
  /** More fields of the answer, such as `signin_url`. */
  readonly fields: Record<string, unknown>;

  constructor(status: number, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/** The texts of Ollama's own errors, by what went wrong. */
export const modelNotFound = (model: string) => new OllamaHttpError(404, `model '${model}' not found`);

/** Makes the 404 of `/api/copy`. */
export const modelNotFoundToCopy = (model: string) => new OllamaHttpError(404, `model "${model}" not found`);

/** Makes the 404 of `/api/embed`. */
export const modelNotFoundToEmbed = (model: string) =>
  new OllamaHttpError(404, `model "${model}" not found, try pulling it first`);

/** Makes the 400 for an input that is longer than the context. */
export const inputTooLong = () => new OllamaHttpError(400, "the input length exceeds the context length");

/** Makes the 503 for one request more than may wait. */
export const serverBusy = () =>
  new OllamaHttpError(503, "server busy, please try again.  maximum pending requests exceeded");

/** Makes the 400 for what the model cannot do. */
export const unsupported = (model: string, capability: string) =>
  new OllamaHttpError(
    400,
    capability === "thinking"
      ? `"${model}" does not support thinking`
      : `${fullName(model)} does not support ${capability}`,
  );

/** The name as Ollama's registry has it: `smollm2` is `registry.ollama.ai/library/smollm2:latest`. */
function fullName(model: string): string {
  const tagged = model.lastIndexOf(":") > model.lastIndexOf("/") ? model : `${model}:latest`;
  const parts = tagged.split("/").length;
  if (parts === 1) return `registry.ollama.ai/library/${tagged}`;
  return parts === 2 ? `registry.ollama.ai/${tagged}` : tagged;
}

/** Makes an answer of whatever was thrown: an `OllamaHttpError` as it is, anything else a 500. */
export const toHttpError = (error: unknown): OllamaHttpError =>
  error instanceof OllamaHttpError
    ? error
    : new OllamaHttpError(500, error instanceof Error ? error.message : String(error));
