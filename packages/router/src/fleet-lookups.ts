import {
  type CallLimits,
  canonicalName,
  type ModelInfo,
  type ModelSummary,
  modelNotFound,
} from "@ollama-bridge/core-client";
import type { RoutingFleet } from "./routing-fleet.ts";

/**
 * The models of all instances that may be routed to, each name once.
 * @throws BridgeError when not one instance answers.
 */
export async function listModels(fleet: RoutingFleet, limits: CallLimits = {}): Promise<ModelSummary[]> {
  await fleet.ready();
  const usable = fleet.instances.filter(({ routable, models }) => routable && models.size > 0);
  if (usable.length === 0) return (await fleet.clientNamed(undefined)).tags(limits);
  const lists = await Promise.allSettled(usable.map((instance) => fleet.clientOf(instance).tags(limits)));
  const answered = lists.filter((list) => list.status === "fulfilled");
  const [failed] = lists.filter((list) => list.status === "rejected");
  if (answered.length === 0 && failed !== undefined) throw failed.reason;
  const byName = new Map(answered.flatMap(({ value }) => value.map((model) => [model.name, model] as const)));
  return [...byName.values()];
}

/** @throws BridgeError MODEL_NOT_FOUND when no instance has it, after the lists were read afresh. */
export async function showModel(
  fleet: RoutingFleet,
  model: string,
  limits: CallLimits = {},
): Promise<ModelInfo> {
  await fleet.ready();
  const name = canonicalName(model);
  if (fleet.having(name).length === 0) await fleet.refreshModels();
  const having = fleet.having(name);
  const instance = having.find(({ status }) => status !== "down") ?? having[0];
  if (instance === undefined) throw modelNotFound(model, [...fleet.modelNames()], "any instance");
  return fleet.clientOf(instance).show(model, limits);
}
