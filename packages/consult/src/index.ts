export { BridgeError, isBridgeError } from "@ollama-bridge/foundation";
export type { Question } from "./ask.ts";
export type { ChainData, StepData } from "./chain/chain-data.ts";
export type { Consultant } from "./chain/consultant.ts";
export type { ComparisonData } from "./compare.ts";
export { consultSection } from "./config.ts";
export { type ConsultErrorDetails, consultErrors } from "./consult-errors.ts";
export type { ConsultToolsetDependencies } from "./consult-toolset.ts";
export { createConsultToolset } from "./consult-toolset.ts";
export {
  type Consultants,
  type ConsultantsOptions,
  type ConsultOptions,
  createConsultants,
} from "./create-consultants.ts";
