export type { Counters, LoadRecord, RequestRecord } from "./counters.ts";
export { createTestOllama } from "./create-test-ollama.ts";
export type { Fault, FaultKind } from "./fault-script.ts";
export type { InjectedFault } from "./faults.ts";
export type { Pause, PausePoint, PauseScope } from "./gates.ts";
export type { TestOllamaOptions } from "./kit.ts";
export type { Answer, ModelScript, Question } from "./model-script.ts";
export type { PullScript } from "./pull-script.ts";
export type { TestOllama } from "./test-ollama.ts";
