import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import { GgmlType, GgufFileType, readGgufFileInfo } from "node-llama-cpp";
import { defaultModel } from "../default-model.ts";
import type { ModelDetails, ShowAnswer } from "../protocol/index.ts";

/** What the model file tells of itself, in Ollama's words. */
export type ModelFacts = {
  file: string;
  sizeBytes: number;
  modifiedAt: string;
  /** Hexadecimal SHA-256: of the default model's file, or of another one's path, size and time, for it may be big. */
  fileDigest: string;
  contextLength: number;
  embeddingLength: number;
  vocabularySize: number;
  chatTemplate: string;
  details: ModelDetails;
  /** Flat, with the arrays in place. */
  info: Record<string, unknown>;
  tensors: NonNullable<ShowAnswer["tensors"]>;
};

export async function readModelFacts(file: string): Promise<ModelFacts> {
  const { size, mtime } = await stat(file);
  const { metadata, tensorInfo = [] } = await readGgufFileInfo(file, { logWarnings: false });
  const info = flat(metadata);
  const tensors = tensorInfo.map(({ name, ggmlType, dimensions }) => ({
    name,
    type: GgmlType[ggmlType] ?? String(ggmlType),
    shape: [...dimensions].map(Number),
  }));
  const parameterCount = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  info["general.parameter_count"] = parameterCount;
  const family = String(info["general.architecture"]);
  const fileType = GgufFileType[Number(info["general.file_type"])] ?? "unknown";
  const tokens = info["tokenizer.ggml.tokens"];
  return {
    file,
    sizeBytes: size,
    modifiedAt: mtime.toISOString(),
    fileDigest: isDefaultModel(file, size) ? defaultModel.sha256 : identity(file, size, mtime),
    contextLength: Number(info[`${family}.context_length`]),
    embeddingLength: Number(info[`${family}.embedding_length`]),
    vocabularySize: Array.isArray(tokens) ? tokens.length : 0,
    chatTemplate: String(info["tokenizer.chat_template"] ?? ""),
    details: {
      parent_model: "",
      format: "gguf",
      family,
      families: [family],
      parameter_size: humanCount(parameterCount),
      quantization_level: fileType.replace(/^(MOSTLY|ALL)_/, ""),
    },
    info,
    tensors,
  };
}

const isDefaultModel = (file: string, sizeBytes: number): boolean =>
  path.basename(file) === defaultModel.fileName && sizeBytes === defaultModel.sizeBytes;

const identity = (...parts: [file: string, sizeBytes: number, modifiedAt: Date]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

function flat(nested: object, prefix = ""): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(nested).flatMap(([key, value]: [string, unknown]) => {
      if (typeof value === "bigint") return [[prefix + key, Number(value)]];
      const inner = typeof value === "object" && value !== null && !Array.isArray(value);
      return inner ? Object.entries(flat(value, `${prefix}${key}.`)) : [[prefix + key, value]];
    }),
  );
}

/** 134515008 → "134.52M", as Ollama rounds. */
function humanCount(count: number): string {
  const short = (value: number, digits: number) =>
    String(Number.isInteger(value) ? value : value.toFixed(digits));
  if (count >= 1e9) return `${short(count / 1e9, 1)}B`;
  return count >= 1e6 ? `${short(count / 1e6, 2)}M` : `${short(count / 1e3, 2)}K`;
}
