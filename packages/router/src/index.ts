import { routingSection } from "./config.ts";
import { Router, type RouterOptions } from "./router.ts";
import { routerSettings } from "./router-settings.ts";

export { BridgeError, isBridgeError } from "@ollama-bridge/foundation";
export { classify } from "./classifier/classify.ts";
export { routingSection } from "./config.ts";
export { Conversations } from "./conversations.ts";
export { type OffloadDecision, type OffloadPolicy, shouldOffload } from "./offload.ts";
export type { RouteRequest } from "./plan.ts";
export type { RoutedResult, RouteReport } from "./route-report.ts";
export type { Router, RouterOptions } from "./router.ts";
export { type RouterSettings, routerSettings } from "./router-settings.ts";

/**
 * Makes a runner over the whole fleet. Nothing is connected before its first call; `close` ends what it keeps open.
 *
 * @example
 * import { Fleet } from "@ollama-bridge/discovery";
 * import { createRoutedRunner } from "@ollama-bridge/router";
 *
 * const fleet = new Fleet({ configured: ["http://gpu.lan:11434", "http://laptop.lan:11434"] });
 * const router = createRoutedRunner(fleet);
 * const { response, instance } = await router.run({ model: "auto:code", prompt: "Reverse a string in Go." });
 * console.log(instance, response);
 */
export function createRoutedRunner(
  fleet: RouterOptions["fleet"],
  settings: RouterOptions["settings"] = routerSettings(routingSection.schema.parse({})),
  more: Omit<RouterOptions, "fleet" | "settings"> = {},
): Router {
  return new Router({ fleet, settings, ...more });
}
