export { consultSection } from "./config.ts";
export type { ConsultPorts } from "./consult-toolset.ts";
export { createConsultToolset } from "./consult-toolset.ts";
