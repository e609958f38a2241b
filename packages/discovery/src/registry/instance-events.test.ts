import { coreErrors, OllamaClient } from "@ollama-bridge/core-client";
import { foundationErrors } from "@ollama-bridge/foundation";
import fc from "fast-check";
import { expect, it } from "vitest";
import { networks } from "../scan/host-addresses.ts";
import { changesBetween } from "./fleet-change.ts";
import { newInstance } from "./instance.ts";
import type { InstanceEvent } from "./instance-event.ts";
import { InstanceRegistry } from "./instance-registry.ts";
import { specOfSettings } from "./instance-spec.ts";
import { statusAt } from "./instance-status.ts";
import { stepInstance } from "./instance-step.ts";
import { WorkLedger } from "./work-ledger.ts";

// What must hold whatever happens to an instance, over generated sequences of events.

const silent = foundationErrors.create("TIMEOUT_EXCEEDED", "Nothing came", {
  details: { timeoutMs: 1, partial: "" },
});
const refused = coreErrors.create("OLLAMA_CONNECTION_FAILED", "Nothing listens", {
  details: { endpoint: "http://gpu.example:11434", errno: "ECONNREFUSED" },
});
const odd = coreErrors.create("OLLAMA_PROCESSING_ERROR", "Not an answer");

const atMs = fc.integer({ min: 0, max: 600_000 });
const model = fc.constantFrom("a:latest", "b:latest", "c:latest");
const number = fc.oneof(fc.double({ min: -1, max: 1e5 }), fc.constantFrom(Number.NaN, Infinity));
const outcome = fc.constantFrom(
  ...(["answered", "unreachable", "server-error", "busy", "refused", "cancelled", "rejected"] as const),
);
const listed = fc.subarray(["a", "b", "c"]);
const summary = (name: string) => ({
  name,
  modified_at: "2026-01-01T00:00:00Z",
  size: 1,
  digest: `of ${name}`,
  details: {},
});
const typed = <Type extends string>(type: Type) => ({ type: fc.constant(type) });

const anyEvent: fc.Arbitrary<InstanceEvent> = fc.oneof(
  fc.record({ ...typed("probed"), atMs, version: fc.constant("0.33.0"), roundTripMs: number }),
  fc.record(typed("probed-in-vain")),
  fc.record({
    ...typed("failed"),
    atMs,
    error: fc.constantFrom(silent, refused, odd),
    wasReachable: fc.boolean(),
  }),
  listed.map((names) => ({
    type: "listed-models" as const,
    list: { models: names.map(summary), warnings: [] },
  })),
  fc.record({
    ...typed("listed-loaded"),
    atMs,
    wallMs: atMs,
    list: listed.map((names) => ({
      models: names.map((name) => ({ name, size_vram: 1 })),
      warnings: [],
    })),
  }),
  fc.record({
    ...typed("described"),
    content: fc.constantFrom("of a", "of b"),
    facts: fc.constant({ capabilities: ["completion"], contextLength: 4096 }),
  }),
  fc.record({ ...typed("attempt-started"), atMs, model }),
  fc.record({ ...typed("attempt-ended"), startedMs: atMs, model }),
  fc.record({
    ...typed("attempt-observed"),
    atMs,
    jitter: fc.double({ min: 0, max: 0.99, noNaN: true }),
    attempt: fc.record({
      model,
      outcome,
      startedMs: atMs,
      retryAfterMs: number,
      roundTripMs: number,
      answerTokens: number,
      generateMs: number,
    }),
  }),
  fc.record(typed("dropped")),
);
const events = fc.array(anyEvent, { maxLength: 60 });

const spec = specOfSettings({ name: "gpu", url: "http://gpu.example:11434" });
const unseen = newInstance({ id: "1", name: "gpu", spec, client: new OllamaClient(spec) });

it("never changes a snapshot, and comes to the same end from the same events", () => {
  fc.assert(
    fc.property(events, (sequence) => {
      const run = () => {
        let instance = unseen;
        for (const event of sequence) instance = stepInstance(Object.freeze(instance), event);
        return instance;
      };
      const first = run();
      expect(run()).toEqual(first);
      expect(unseen).toMatchObject({ reachable: undefined, timeouts: 0, draining: false });
      expect([unseen.models.size, unseen.loaded.size, unseen.pairs.size, unseen.facts.size]).toEqual([
        0, 0, 0, 0,
      ]);
    }),
  );
});

it("never knows anything impossible", () => {
  fc.assert(
    fc.property(events, (sequence) => {
      let instance = unseen;
      for (const event of sequence) {
        const before = instance;
        instance = stepInstance(before, event);
        expect(instance.id).toBe(before.id);
        expect(Number.isNaN(instance.cooldownUntilMs)).toBe(false);
        expect(instance.cooldownUntilMs).toBeGreaterThanOrEqual(before.cooldownUntilMs);
        expect(Number.isFinite(instance.latencyMs ?? 0)).toBe(true);
        const rate = instance.failures.at(600_000) ?? 0;
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(0.9);
        if (before.draining) expect(instance.draining).toBe(true);
        if (!instance.reachable) expect(statusAt(instance, 600_000, 0)).toBe("down");
        for (const { history } of instance.pairs.values())
          for (const speed of Object.values(history.estimate(600_000))) expect(speed).toBeGreaterThan(0);
      }
    }),
  );
});

it("tells exactly what differs, and a registry tells the same", () => {
  fc.assert(
    fc.property(events, (sequence) => {
      const registry = new InstanceRegistry({
        now: () => 0,
        createClient: (settings) => new OllamaClient(settings),
        allowed: networks([]),
        ledger: new WorkLedger(),
        tell: () => undefined,
        applied: () => undefined,
      });
      const [created] = registry.configure([spec]);
      if (created === undefined) throw new Error("not configured");
      const told = { up: false, models: new Set<string>() };
      for (const event of sequence) {
        const before = registry.get(created.id) ?? created;
        const changes = registry.apply(created.id, event);
        const after = registry.get(created.id) ?? created;
        expect(changes).toEqual(changesBetween(before, after));
        for (const change of changes) {
          if (change.type === "instance-up") told.up = true;
          if (change.type === "instance-down") told.up = false;
          if (change.type === "model-loaded") told.models.add(change.model);
          if (change.type === "model-unloaded") told.models.delete(change.model);
        }
        // Who only listens to the changes knows what the picture shows.
        expect(told.up).toBe(after.reachable === true);
        expect([...told.models].sort()).toEqual([...after.loaded.keys()].sort());
        expect(registry.visible).toEqual([after]);
        for (const name of registry.modelNames()) expect(registry.having(name)).toEqual([after]);
        expect(registry.modelNames()).toEqual([...after.models.keys()]);
      }
    }),
  );
});
