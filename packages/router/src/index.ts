import { Router, type RouterOptions } from "./router.ts";

export { classify } from "./classifier/classify.ts";
export { routingSection } from "./config.ts";
export { Conversations } from "./conversations.ts";
export { type OffloadDecision, type OffloadPolicy, shouldOffload } from "./offload.ts";
export type { RouteRequest } from "./plan.ts";
export type { RoutedResult, RouteReport } from "./route-report.ts";
export type { Router, RouterOptions } from "./router.ts";
export { type RouterSettings, routerSettings } from "./router-settings.ts";

/** A runner over the whole fleet. Nothing is connected before its first call; `close` ends what it keeps open. */
export function createRoutedRunner(
  fleet: RouterOptions["fleet"],
  settings: RouterOptions["settings"],
  more: Omit<RouterOptions, "fleet" | "settings"> = {},
): Router {
  return new Router({ fleet, settings, ...more });
}
