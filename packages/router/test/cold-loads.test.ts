import { stopClock, type ToolResult } from "@ollama-bridge/test-kit/contract";
import { describe, expect, test } from "vitest";
import { detailsOf, inFlight, inFlightBecomes, startRouter } from "./router-server.ts";

const ask = { model: "llama", prompt: "hi", timeoutMs: 2_000 };
/** A first byte may take half of the time that is left while another instance remains. */
const patienceMs = 1_000;
const llama = { name: "llama", answer: "one two three" };

describe("a cold load that takes longer than its first byte may", () => {
  test("goes on after the call has left for another instance", async () => {
    const clock = stopClock();
    const models = [llama];
    const instances = { a: { priority: 1 } };
    const { client, servers, fleet } = await startRouter([{ models }, { models }], { instances });
    await fleet.current();
    const pause = servers[0]?.pauseBefore("load");
    const asked = client.callTool("ask_model", ask);
    await pause?.reached;
    await clock.advance(patienceMs);
    const result = await asked;
    expect(result.structuredContent).toMatchObject({ data: { instance: "b" } });
    pause?.release();
    await servers[0]?.until(
      ({ loads, totalInFlight }) => loads[0]?.outcome === "loaded" && totalInFlight === 0,
    );
    expect(servers[0]?.loaded()).toEqual(["llama:latest"]);
    expect(servers[0]?.counters.loads).toHaveLength(1);
  });

  test("is waited for when no other instance is left", async () => {
    const { client, servers } = await startRouter([{ models: [{ ...llama, loadMs: 300 }] }]);
    expect((await client.callTool("ask_model", { ...ask, timeoutMs: 60_000 })).isError).toBeFalsy();
    expect(servers[0]?.counters.loads).toMatchObject([{ outcome: "loaded" }]);
  });

  /** Two machines where the model is cold; the call asks `a` first, whose load and that of `b` wait. */
  async function bothCold() {
    const clock = stopClock();
    const router = await startRouter([{ models: [llama] }, { models: [llama] }], {
      instances: { a: { priority: 1 } },
    });
    await router.fleet.current();
    const [a, b] = router.servers;
    if (a === undefined || b === undefined) throw new Error("there are two servers");
    const loads = { a: a.pauseBefore("load"), b: b.pauseBefore("load") };
    /** Asks, and leaves `a` for `b`. */
    async function askBoth(limits: { signal?: AbortSignal } = {}) {
      const asked = router.client.callTool("ask_model", ask, limits);
      asked.catch(() => undefined);
      await loads.a.reached;
      await clock.advance(patienceMs);
      await b?.until(({ requests }) => requests["/api/generate"] === 1);
      return { answer: asked };
    }
    return { ...router, clock, a, b, loads, askBoth };
  }
  const outcomes = (result: ToolResult) =>
    detailsOf(result).attempts.map(({ instance, outcome }) => `${instance} ${outcome}`);

  test("answers after all when it is through before the other one", async () => {
    const { fleet, a, b, loads, askBoth } = await bothCold();
    const { answer } = await askBoth();
    loads.a.release();
    const result = await answer;
    expect(result.structuredContent).toMatchObject({ data: { response: "one two three", instance: "a" } });
    expect(outcomes(result)).toEqual(["a unreachable", "b overtaken", "a answered"]);
    await b.until(({ totalInFlight }) => totalInFlight === 0);
    expect(a.counters.requests["/api/generate"]).toBe(1);
    expect(inFlight(fleet)).toBe(0);
  });

  test("is let go when the other one is through first", async () => {
    const { fleet, a, loads, askBoth } = await bothCold();
    const { answer } = await askBoth();
    loads.b.release();
    const result = await answer;
    expect(outcomes(result)).toEqual(["a unreachable", "b answered"]);
    loads.a.release();
    await a.until(({ loads, totalInFlight }) => loads[0]?.outcome === "loaded" && totalInFlight === 0);
    await inFlightBecomes(fleet, 0);
  });

  test("is waited for again when the other one fails", async () => {
    const { b, loads, askBoth } = await bothCold();
    b.inject({ kind: "out-of-memory" });
    const { answer } = await askBoth();
    loads.a.release();
    expect(outcomes(await answer)).toEqual(["a unreachable", "b crashed", "a answered"]);
  });

  test("is told, with what else was tried, when the time is up", async () => {
    const { fleet, clock, a, b, loads, askBoth } = await bothCold();
    b.inject({ kind: "out-of-memory" });
    const { answer } = await askBoth();
    // Its failure is known once its place is free again.
    await inFlightBecomes(fleet, 1);
    await clock.advance(patienceMs);
    const result = await answer;
    expect(result.structuredContent).toMatchObject({
      error: {
        code: "TIMEOUT_EXCEEDED",
        details: { attempts: [{ outcome: "unreachable" }, { outcome: "crashed" }] },
      },
    });
    loads.a.release();
    await a.until(({ loads, totalInFlight }) => loads[0]?.outcome === "loaded" && totalInFlight === 0);
    await inFlightBecomes(fleet, 0);
  });

  test("ends with the call when that is cancelled", async () => {
    const { fleet, a, b, askBoth } = await bothCold();
    const controller = new AbortController();
    const { answer } = await askBoth({ signal: controller.signal });
    controller.abort();
    for (const server of [a, b]) await server.until(({ totalInFlight }) => totalInFlight === 0);
    await expect(answer).rejects.toThrow();
    expect(inFlight(fleet)).toBe(0);
  });
});
