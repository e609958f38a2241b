import {
  type ListResponse,
  type ModelSummary,
  modelNotFound,
  type ShowResponse,
} from "@ollama-bridge/core-client";
import { installedName } from "@ollama-bridge/discovery";
import { type CallOptions, isBridgeError } from "@ollama-bridge/foundation";
import type { RoutingFleet } from "./routing-fleet.ts";

/**
 * The models of all instances that may be routed to, each name once, as the first of them has it.
 * @throws BridgeError when not one instance answers.
 */
export async function listModels(fleet: RoutingFleet, options: CallOptions = {}): Promise<ListResponse> {
  await fleet.current();
  const usable = fleet.instances.filter(({ routable, models }) => routable && models.size > 0);
  if (usable.length === 0) return (await fleet.clientNamed(undefined)).list(options);
  const lists = await Promise.allSettled(usable.map((instance) => instance.client.list(options)));
  const [failed] = lists.filter((list) => list.status === "rejected");
  if (failed !== undefined && lists.every(({ status }) => status === "rejected")) throw failed.reason;
  const byName = new Map<string, ModelSummary>();
  const warnings: string[] = [];
  for (const [index, list] of lists.entries()) {
    const told = list.status === "fulfilled" ? list.value : { models: [], warnings: [unread(list.reason)] };
    for (const model of told.models) if (!byName.has(model.name)) byName.set(model.name, model);
    for (const warning of told.warnings) warnings.push(`${usable[index]?.name}: ${warning}`);
  }
  return { models: [...byName.values()], warnings };
}

function unread(reason: unknown): string {
  return isBridgeError(reason) ? `${reason.code}: ${reason.message}` : String(reason);
}

/** @throws BridgeError MODEL_NOT_FOUND when no instance has it, after the lists were read afresh. */
export async function showModel(
  fleet: RoutingFleet,
  model: string,
  options: CallOptions = {},
): Promise<ShowResponse> {
  await fleet.current();
  if (fleet.having(installedName(fleet, model)).length === 0) await fleet.look({ fresh: "models" });
  const having = fleet.having(installedName(fleet, model));
  const instance = having.find(({ reachable }) => reachable) ?? having[0];
  if (instance === undefined) throw modelNotFound(model, [...fleet.modelNames()], "any instance");
  return instance.client.show(model, options);
}
