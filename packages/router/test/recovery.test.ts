import { memoryStore, specOfSettings } from "@ollama-bridge/discovery";
import { createFleet } from "@ollama-bridge/discovery/toolset";
import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { routingSection } from "../src/config.ts";
import { type Pick, pick } from "../src/decision/pick.ts";
import { WorkInHand } from "../src/decision/work-in-hand.ts";
import { routerSettings } from "../src/router-settings.ts";
import { levelLatencies } from "./level-latencies.ts";
import { seeded } from "./literal-fleet.ts";

const model = "llama:latest";
const demand = { groups: [[model]], needs: [], promptTokens: 100, answerTokens: 100, localOnly: false };

/** Two equal machines in the real fleet, on a clock that the test moves. */
async function fleetOnClock() {
  const servers = await Promise.all(["a", "b"].map(() => createTestOllama({ models: [{ name: "llama" }] })));
  const clock = { nowMs: 1_000_000 };
  const fleet = createFleet(settingsFromEnvironment({}), {
    configured: servers.map(({ url }, index) => specOfSettings({ name: "ab"[index] ?? "", url })),
    scan: { local: false, ports: "1", hosts: [], allowNetworks: [] },
    store: memoryStore(),
    now: () => clock.nowMs,
    random: () => 0.5,
  });
  onTestFinished(async () => {
    await fleet.close();
    await Promise.all(servers.map((server) => server.close()));
  });
  await fleet.current();
  levelLatencies(fleet);
  const work = new WorkInHand();
  const random = seeded(5);
  const { choice: settings } = routerSettings(routingSection.schema.parse({}), 1_000);
  const take = () => pick(demand, fleet, { nowMs: clock.nowMs, random, work, settings }) as Pick;
  const [a] = fleet.instances;
  if (a === undefined) throw new Error("there is no instance");
  const goesTo = (picks: Pick[]) => picks.filter(({ candidate }) => candidate.instance.id === a.id).length;
  const fail = () => fleet.observe({ instance: a, model, outcome: "refused", startedMs: clock.nowMs });
  return { fleet, clock, a, take, goesTo, fail, work };
}

const hundred = Array.from({ length: 100 });

test("a machine that comes back gets one probe, then a quarter, then its whole share", async () => {
  const { fleet, clock, a, take, goesTo, fail, work } = await fleetOnClock();
  fail();
  const end = (picks: Pick[]) => {
    for (const picked of picks) work.end(picked.work);
  };
  const whileOpen = hundred.map(take);
  expect(goesTo(whileOpen)).toBe(0);
  end(whileOpen);

  clock.nowMs += 13_000;
  const atOnce = hundred.map(take);
  expect(goesTo(atOnce)).toBe(1);
  const probe = atOnce.find(({ candidate }) => candidate.instance.id === a.id);
  const startedMs = probe?.work.reservation.startedMs ?? 0;
  fleet.observe({ instance: a, model, outcome: "answered", startedMs });
  end(atOnce);

  const justBack = hundred.map(take);
  expect(goesTo(justBack)).toBeGreaterThan(5);
  expect(goesTo(justBack)).toBeLessThan(45);
  end(justBack);

  clock.nowMs += 60_000;
  const later = hundred.map(take);
  // Its failure is remembered a while longer, which makes it a little dearer than its equal.
  expect(goesTo(later)).toBeGreaterThanOrEqual(40);
  end(later);
});

test("a late answer from before the breaker opened does not close it", async () => {
  const { fleet, clock, a, take, goesTo, fail } = await fleetOnClock();
  const startedMs = clock.nowMs - 5_000;
  fail();
  fleet.observe({ instance: a, model, outcome: "answered", startedMs });
  expect(goesTo(hundred.map(take))).toBe(0);
});
