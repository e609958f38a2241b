/** What the start of an engine is at. */
export type EnginePhase = "connecting" | "downloading" | "unpacking" | "checking" | "starting";

/** What is going on before the engine is ready. Bytes are of the file being fetched. */
export type EngineProgress = { phase: EnginePhase; completedBytes?: number; totalBytes?: number };

/** How the start of an engine is watched and ended. */
export type Preparation = {
  /** Stops fetching and starting. */
  signal?: AbortSignal;
  onProgress?: (progress: EngineProgress) => void;
  /** Default: the process's own. */
  env?: NodeJS.ProcessEnv;
};
