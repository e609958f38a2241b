export { connectClient } from "./connect.ts";
export {
  type ClientKind,
  type ContractClient,
  clientKinds,
  type ListedTool,
  type ProgressUpdate,
  type Reach,
  type ToolResult,
} from "./contract-client.ts";
export { type ContractSubject, contractSuite, type UpstreamProbe } from "./contract-suite.ts";
export { connectToolsets, reachInProcess } from "./in-process.ts";
export { readmeProgram, runReadme } from "./readme-program.ts";
export { type SpawnedServer, spawnHttpServer } from "./spawn-http.ts";
export { type StoppedClock, stopClock } from "./stop-clock.ts";
