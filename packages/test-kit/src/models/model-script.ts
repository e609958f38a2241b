import type { ChatRequest, GenerateRequest, ToolCall } from "@ollama-bridge/engine/protocol";
import * as z from "zod";

/** What a model is asked, the same for generate and chat. */
export type Question = {
  model: string;
  /** The prompt, or the last message of the user. */
  prompt: string;
  system: string;
  /** base64; none for a model without vision, which ignores them. */
  images: string[];
  request: GenerateRequest | ChatRequest;
};

/** A text is sent token by token; of a list each item is one token. */
export type Answer = string | string[];

const isFunction = (value: unknown): boolean => typeof value === "function";
const toolCalls = z.array(
  z.object({ function: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }) }),
);

/** A model as a test describes it. What is left out makes a small text model that answers at once. */
export const modelSchema = z.strictObject({
  name: z.string().min(1),
  size_bytes: z.number().default(2_000_000_000),
  /** Of the size, what is on a GPU; all of it unless told. */
  size_vram_bytes: z.number().optional(),
  capabilities: z.array(z.string()).default(["completion"]),
  /** Its template is inside its file, so that `/api/tags` does not know of tools and thinking. */
  templateInFile: z.boolean().default(false),
  context_length: z.number().default(8192),
  embedding_length: z.number().default(256),
  digest: z.string().optional(),
  family: z.string().default("llama"),
  parameter_size: z.string().default("3.2B"),
  quantization_level: z.string().default("Q4_K_M"),
  loadMs: z.number().default(0),
  /** Prompt tokens a second; 0: no time at all. */
  prefillTps: z.number().default(0),
  /** Answer tokens a second; 0: no time at all. */
  decodeTps: z.number().default(0),
  answer: z
    .union([
      z.string(),
      z.array(z.string()),
      z.custom<(question: Question) => Answer | Promise<Answer>>(isFunction),
    ])
    .optional(),
  /** Said first by a model that can think, unless the request says `think: false`. */
  thinking: z.string().optional(),
  /** Called instead of answering, when the request offers tools and does not bring the result of one. */
  tool_calls: z.union([toolCalls, z.custom<(question: Question) => ToolCall[]>(isFunction)]).optional(),
  /** A pointer to a model in the cloud; it can be unreachable (502) or signed out (401). */
  cloud: z.union([z.literal(true), z.enum(["unreachable", "signed-out"])]).optional(),
  system: z.string().default(""),
  template: z.string().default("{{ .Prompt }}"),
  parameters: z.string().default(""),
  license: z.string().default(""),
});

export type ModelScript = z.input<typeof modelSchema>;
export type Model = z.output<typeof modelSchema> & { digest: string; modified_at: string };
