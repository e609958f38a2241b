import type { Model } from "./model-script.ts";

/** `model_info` of `/api/show`, with the keys that a llama model in GGUF has. Long lists are null unless verbose. */
export const modelInfo = ({ family, name, context_length, embedding_length }: Model) => ({
  "general.architecture": family,
  "general.basename": name.split(":")[0],
  "general.file_type": 3,
  "general.finetune": "scripted",
  "general.languages": null,
  "general.license": "apache-2.0",
  "general.organization": "test-kit",
  "general.parameter_count": 3_200_000_000,
  "general.quantization_version": 2,
  "general.size_label": "3.2B",
  "general.type": "model",
  [`${family}.attention.head_count`]: 9,
  [`${family}.attention.head_count_kv`]: 3,
  [`${family}.attention.layer_norm_rms_epsilon`]: 0.00001,
  [`${family}.block_count`]: blocks,
  [`${family}.context_length`]: context_length,
  [`${family}.embedding_length`]: embedding_length,
  [`${family}.feed_forward_length`]: 1536,
  [`${family}.rope.dimension_count`]: 64,
  [`${family}.rope.freq_base`]: 100_000,
  [`${family}.vocab_size`]: 49_152,
  "tokenizer.ggml.add_bos_token": false,
  "tokenizer.ggml.add_space_prefix": false,
  "tokenizer.ggml.bos_token_id": 1,
  "tokenizer.ggml.eos_token_id": 2,
  "tokenizer.ggml.merges": null,
  "tokenizer.ggml.model": "gpt2",
  "tokenizer.ggml.padding_token_id": 2,
  "tokenizer.ggml.pre": "scripted",
  "tokenizer.ggml.token_type": null,
  "tokenizer.ggml.tokens": null,
  "tokenizer.ggml.unknown_token_id": 0,
});

const blocks = 30;
const partsOfBlock = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];

/** `tensors` of `/api/show`. */
export const tensors = ({ embedding_length }: Model) =>
  Array.from({ length: blocks }, (_, block) =>
    partsOfBlock.map((part) => ({
      name: `blk.${block}.${part}.weight`,
      type: "Q4_K",
      shape: [embedding_length, embedding_length],
    })),
  ).flat();
