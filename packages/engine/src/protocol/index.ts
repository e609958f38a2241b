export * from "./backend.ts";
export * from "./errors.ts";
export { keepAliveMs } from "./keep-alive.ts";
export { timestamp } from "./reply.ts";
export { createOllamaServer } from "./server.ts";
export type * from "./wire-answers.ts";
export type * from "./wire-requests.ts";
