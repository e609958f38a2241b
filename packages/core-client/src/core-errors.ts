import { defineErrors } from "@ollama-bridge/foundation";

/** What went wrong at a server, where more than its code is worth telling apart. */
export type ServerFault =
  /** The disk that models are kept on. */
  | "disk-full"
  /** The process that runs the model died, or could not get its memory, or could not read what the model wrote. */
  | "runner-failed"
  /** A text or an image that the model cannot take. */
  | "input-refused";

/** The details of the errors of a model server, by code. */
export interface CoreErrorDetails {
  OLLAMA_CONNECTION_FAILED: {
    endpoint: string;
    errno: string;
    attempt?: number;
    retryAfter?: number;
  };
  MODEL_NOT_FOUND: {
    model?: string;
    available?: string[];
    suggestions?: string[];
    status?: number;
    endpoint?: string;
  };
  INVALID_PROMPT: { path?: string; issue?: string };
  OLLAMA_PROCESSING_ERROR: {
    status?: number;
    endpoint?: string;
    partial?: string;
    cause?: ServerFault;
    /** The checks of its quality that an answer failed. */
    quality?: readonly object[];
  };
  OLLAMA_BUSY: { status?: number; endpoint?: string; retryAfter?: number };
  QUOTA_EXCEEDED: { status?: number; endpoint?: string; retryAfter?: number };
  UNAUTHORIZED: { status?: number; endpoint?: string };
  CONTEXT_EXCEEDED: {
    tokens_estimated?: number;
    context_length?: number | null;
    excess_tokens?: number;
    status?: number;
    endpoint?: string;
  };
  CAPABILITY_UNSUPPORTED: {
    model?: string;
    capability?: string;
    capabilities?: readonly string[];
    status?: number;
    endpoint?: string;
  };
}

/** The errors of a model server and of what is asked of it. */
export const coreErrors = defineErrors<CoreErrorDetails>({
  OLLAMA_CONNECTION_FAILED: {
    when: "The server refuses, resets, cannot be found or does not answer.",
    hint: "Check that Ollama is running (`ollama serve`) and that the address is right.",
    retryable: true,
    attributedTo: "instance",
    details: {
      endpoint: "address of the server",
      errno: "the system's own code, such as ECONNREFUSED",
      attempt: "number of the attempt",
      retryAfter: "ms to wait",
    },
  },
  MODEL_NOT_FOUND: {
    when: "The model is not installed where it was asked for.",
    hint: "Pull the model or choose an installed one.",
    retryable: false,
    attributedTo: "list",
    details: {
      model: "the name as it was asked for",
      available: "installed names",
      suggestions: "the nearest installed names",
      status: "HTTP status",
      endpoint: "address of the server",
    },
  },
  INVALID_PROMPT: {
    when: "The prompt is empty or only white space.",
    hint: "Give a prompt that is not empty.",
    retryable: false,
    attributedTo: "caller",
    details: { path: "the argument", issue: "what is wrong with it" },
  },
  OLLAMA_PROCESSING_ERROR: {
    when: "The server answered with an error, or with something that is not its protocol.",
    hint: "Look at Ollama's own log for the cause.",
    retryable: true,
    attributedTo: "instance",
    details: {
      status: "HTTP status",
      endpoint: "address of the server",
      cause: "what the server said was wrong, where it is known",
      partial: "the output that came before",
      quality: "checks of its quality that the answer failed",
    },
  },
  OLLAMA_BUSY: {
    when: "The server's own queue is full (503) or it limits its callers (429).",
    hint: "Try again in a moment, or use another instance.",
    retryable: true,
    attributedTo: "instance",
    details: { status: "HTTP status", endpoint: "address of the server", retryAfter: "ms to wait" },
  },
  QUOTA_EXCEEDED: {
    when: "The account at Ollama's cloud has used up its limit (402, or 429 with words of a usage limit).",
    hint: "Use a local model or another account, or wait until the limit is renewed.",
    retryable: true,
    attributedTo: "account",
    details: { status: "HTTP status", endpoint: "address of the server", retryAfter: "ms to wait" },
  },
  UNAUTHORIZED: {
    when: "The server or its cloud refuses the key (401, 403). The message never holds the key.",
    hint: "Set the key of this instance (OLLAMA_KEY or OLLAMA_API_KEY), or sign in with `ollama signin`.",
    retryable: false,
    attributedTo: "credentials",
    details: { status: "HTTP status", endpoint: "address of the server" },
  },
  CONTEXT_EXCEEDED: {
    when: "The prompt is longer than the model's context.",
    hint: "Shorten the prompt or choose a model with a longer context.",
    retryable: false,
    attributedTo: "text",
    details: {
      tokens_estimated: "tokens of the prompt, estimated unless the server counted them",
      context_length: "the context that it did not fit, in tokens",
      excess_tokens: "so many tokens are too many, where the server says no more",
      status: "HTTP status",
      endpoint: "address of the server",
    },
  },
  CAPABILITY_UNSUPPORTED: {
    when: "The model cannot do what the call needs: vision, tools, thinking, embeddings.",
    hint: "Choose a model that has the capability.",
    retryable: false,
    attributedTo: "model",
    details: {
      model: "name of the model",
      capability: "what it lacks",
      capabilities: "what it can do",
      status: "HTTP status",
      endpoint: "address of the server",
    },
  },
});
