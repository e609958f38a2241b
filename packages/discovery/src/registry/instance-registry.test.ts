import { OllamaClient } from "@ollama-bridge/core-client";
import { expect, it } from "vitest";
import { networks } from "../scan/host-addresses.ts";
import { targetAt } from "../scan/scan-targets.ts";
import type { FleetChange } from "./fleet-change.ts";
import { InstanceRegistry } from "./instance-registry.ts";
import { WorkLedger } from "./work-ledger.ts";

function registryAllowing(...cidrs: string[]) {
  const told: FleetChange[] = [];
  const registry = new InstanceRegistry({
    now: () => 0,
    ledger: new WorkLedger(),
    applied: () => undefined,
    createClient: (settings) => new OllamaClient(settings),
    allowed: networks(cidrs),
    tell: (change) => told.push(change),
  });
  const add = (host: string) => {
    const target = targetAt(host, 11434);
    const model = { name: "phi4", modified_at: "2026-01-01T00:00:00Z", size: 1, digest: "d", details: {} };
    const client = new OllamaClient({ name: host, url: target.url });
    return registry.add([{ target, version: "0.33.0", models: { models: [model], warnings: [] }, client }]);
  };
  return { registry, told, add };
}

it("lists what was found on another host, and routes to it only in an allowed network", async () => {
  const { registry, add, told } = registryAllowing("10.1.0.0/16");
  await add("10.1.2.3");
  await add("10.2.0.1");
  expect(registry.visible.map(({ name, routable, local }) => [name, routable, local])).toEqual([
    ["10.1.2.3:11434", true, false],
    ["10.2.0.1:11434", false, false],
  ]);
  expect(registry.having("phi4:latest").map(({ name }) => name)).toEqual(["10.1.2.3:11434"]);
  expect(told.map(({ type }) => type)).toEqual(["instance-found", "instance-found"]);
});

it("gives a scanned instance that returns its name and what was learned", async () => {
  const { registry, add } = registryAllowing();
  await add("10.1.2.3");
  const [instance] = registry.visible;
  if (instance === undefined) throw new Error("not added");
  const attempt = { model: "phi4:latest", outcome: "refused", startedMs: 0 } as const;
  registry.apply(instance.id, { type: "attempt-observed", atMs: 0, jitter: 0.5, attempt });
  registry.down(instance.id);
  expect(registry.visible).toEqual([]);
  await add("10.1.2.3");
  expect(registry.visible.map(({ id, name }) => [id, name])).toEqual([[instance.id, instance.name]]);
  expect(registry.visible[0]?.breaker.state(1)).toBe("open");
});
