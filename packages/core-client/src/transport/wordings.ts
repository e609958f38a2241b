import type { Attribution } from "@ollama-bridge/foundation";
import type { ServerFault } from "../core-errors.ts";

/** What a text means, wherever its status leaves that open. */
export interface Wording {
  /**
   * Named groups are facts: `prompt`, `context` and `excess` count tokens, `argument` is what was refused, `capability`
   * what the model lacks.
   */
  says: RegExp;
  code:
    | "VALIDATION_ERROR"
    | "CONTEXT_EXCEEDED"
    | "CAPABILITY_UNSUPPORTED"
    | "QUOTA_EXCEEDED"
    | "UNAUTHORIZED"
    | "OLLAMA_BUSY"
    | "MODEL_NOT_FOUND"
    | "OLLAMA_PROCESSING_ERROR";
  /** Only with this status. */
  status?: number;
  /** What went wrong at the server, for those who go on by it. */
  cause?: ServerFault;
  /** Where it is not what the code says. */
  attributedTo?: Attribution;
  /** The parameter that was refused; `$` stands for the group `argument`. */
  path?: string;
  /** Where the group `capability` is not there. */
  capability?: string;
  /** What to do next, where the code's own hint does not fit. */
  hint?: string;
}

const context = (says: RegExp): Wording => ({ code: "CONTEXT_EXCEEDED", says });
const refused = (says: RegExp, path: string): Wording => ({ code: "VALIDATION_ERROR", says, path });
const lacks = (says: RegExp, capability?: string): Wording => ({
  code: "CAPABILITY_UNSUPPORTED",
  says,
  ...(capability === undefined ? {} : { capability }),
});
const runnerFailed = (says: RegExp): Wording => ({
  code: "OLLAMA_PROCESSING_ERROR",
  says,
  cause: "runner-failed",
  attributedTo: "model",
});
const inputRefused = (says: RegExp, hint: string): Wording => ({
  code: "OLLAMA_PROCESSING_ERROR",
  says,
  cause: "input-refused",
  attributedTo: "text",
  hint,
});

/**
 * Every wording that has a meaning, the first that fits counts: Ollama up to 0.25, Ollama 0.3x over llama-server, the MLX
 * runner, the cloud, and servers that are asked in Ollama's way. This is the one place where the text of an error decides
 * anything; all others read fields.
 */
export const wordings: readonly Wording[] = [
  context(
    /\((?<prompt>\d+)(?: tokens)?\) exceeds? .{0,40}\bcontext (?:size|length|window)(?: \((?<context>\d+)(?: tokens)?\))?/i,
  ),
  context(
    /\((?<prompt>\d+) tokens\) is longer than .{0,40}\bcontext length(?: \((?<context>\d+) tokens\))?/i,
  ),
  context(
    /\bexceed(?:s|ed)? .{0,40}\bcontext (?:size|length|window)(?: (?:by (?<excess>\d+)|of (?<context>\d+)) tokens)?/i,
  ),
  context(/\bmaximum context length is (?<context>\d+) tokens/i),
  context(
    /\bprompt (?:is )?too long\b|\bgreater than the context length|larger than the max(?:imum)? context size/i,
  ),
  context(/input \((?<prompt>\d+) tokens\) is too large to process.{0,80}batch size(?:: (?<context>\d+))?/i),

  refused(/\boption "(?<argument>[^"]{0,100})" must be of /i, "options.$"),
  refused(/\binvalid option|\bunknown option/i, "options"),
  refused(/\btime: (?:invalid|unknown|missing) |\bUnsupported type: '/i, "keep_alive"),
  refused(
    /invalid JSON schema|\binvalid format: |failed to parse (?:grammar|.{0,20}schema)|JSON schema conversion failed|failed to initialize samplers/i,
    "response_schema",
  ),
  refused(/\binvalid think value/i, "think"),
  refused(/\billegal base64 data/i, "images"),
  refused(/\binvalid input type/i, "input"),
  refused(/\bunsupported quantization|quantization is only supported|\bunknown quantization/i, "quantize"),
  refused(/\binvalid model name|^(?:name|source|destination) ".{0,300}" is invalid/i, "model"),
  refused(/\bcannot unmarshal .{0,80} into Go (?:struct field \w+\.(?<argument>[\w.]{1,80}))?/i, "$"),

  lacks(
    /does not support (?<capability>embeddings|multimodal|thinking|tools|insert|generate|chat|vision|images)\b/i,
  ),
  lacks(/\bimage input is not supported|missing data required for image input/i, "vision"),
  lacks(/\bdoes not support /i),

  {
    code: "QUOTA_EXCEEDED",
    says: /\b(?:weekly|daily|hourly|monthly|session) (?:usage )?limit|\busage limit|\bquota exceeded|exceeded your .{0,40}quota|insufficient_quota/i,
  },
  {
    code: "UNAUTHORIZED",
    says: /\brequires a subscription\b/i,
    hint: "The account of this Ollama has no subscription for the model: use a local model, or another account.",
  },
  { code: "UNAUTHORIZED", says: /^unauthorized\b|\binvalid api key|\b(?:be signed|sign) in to use/i },
  { code: "OLLAMA_BUSY", says: /\bserver busy\b|maximum pending requests|^loading model$/i },

  {
    code: "MODEL_NOT_FOUND",
    says: /^pull model manifest: file does not exist/i,
    hint: "The library has no model of that name: look it up at https://ollama.com/library.",
  },
  {
    code: "MODEL_NOT_FOUND",
    says: /\bmanifests[/\\].{0,300}(?:no such file|cannot find the (?:file|path))/i,
  },
  { code: "MODEL_NOT_FOUND", says: /\bmodel ['"`].{0,300}['"`] not found|could not find .{0,20}model/i },
  { code: "MODEL_NOT_FOUND", status: 404, says: /model/i },

  {
    code: "OLLAMA_PROCESSING_ERROR",
    says: /no space left|disk full|ENOSPC|not enough space on the disk/i,
    cause: "disk-full",
  },
  runnerFailed(
    /\b(?:runner|llama-server)\b.{0,40}\b(?:process|terminated|failed|stopped|crashed|exited|to start)/i,
  ),
  runnerFailed(
    /out of memory|insufficient memory|requires more system memory|cudaMalloc failed|\b(?:CUDA|ROCm) error/i,
  ),
  runnerFailed(/\bunable to (?:load model|allocate)|\b(?:failed to load|error loading) model/i),
  runnerFailed(
    /\bPost "http:\/\/127\.0\.0\.1:\d+\/|\bPOST predict\b|an error was encountered while running the model/,
  ),
  runnerFailed(/error parsing tool call/i),
  inputRefused(/unsupported value: NaN/i, "The model cannot embed this text: shorten or change it."),
  inputRefused(
    /failed to (?:decode|process|load) image|\bimage: unknown format|\binvalid image|unsupported image/i,
    "Send the image as PNG or JPEG, or smaller.",
  ),
  {
    code: "OLLAMA_PROCESSING_ERROR",
    says: /\b(?:Post|Get|Head) "?https:\/\/[\w.-]*ollama\.(?:com|ai)\b.{0,600}\bdial tcp\b/i,
    attributedTo: "model",
    hint: "This Ollama cannot reach the internet: use a model that is installed there, or connect its machine.",
  },
];
