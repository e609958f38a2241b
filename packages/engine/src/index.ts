export { defaultModel, describeEngine } from "./default-model.ts";
export { EngineError, type EngineErrorCode, isEngineError } from "./engine-error.ts";
export type { EnginePhase, EngineProgress, Preparation } from "./progress.ts";
export { type Engine, startEngine } from "./start-engine.ts";
