import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { stopClock } from "@ollama-bridge/test-kit/contract";
import { describe, expect, it } from "vitest";
import { hasIpv6, hasSecondAddress } from "../../test/loopback.ts";
import { cleanUp, configured, eventually, fleetOf, ollama } from "../../test/test-fleet.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetChange } from "./fleet-change.ts";
import { specOfSettings } from "./instance-spec.ts";

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const often = { reachabilityMs: 40, loadedMs: 40, modelsMs: 80, watchedMs: 40, idleMs: 60_000 };
/** Resolves with the first change from now on that is the wanted one. */
function change(fleet: Fleet, wanted: Partial<FleetChange> & { model?: string }): Promise<FleetChange> {
  return new Promise((resolve) => {
    const stop = fleet.watch((told) => {
      if (!Object.entries(wanted).every(([key, value]) => (told as Record<string, unknown>)[key] === value))
        return;
      stop();
      resolve(told);
    });
  });
}

const names = (fleet: Fleet) => fleet.instances.map(({ name }) => name);
const statuses = (fleet: Fleet) => fleet.instances.map((each) => fleet.statusOf(each).status);

describe("finding", () => {
  it("finds every Ollama on the ports, and leaves what is none alone", async () => {
    const [first, second] = [await ollama(), await ollama({ models: [{ name: "phi4" }] })];
    const html = createServer((_request, response) => response.end("<html>")).listen(0, "127.0.0.1");
    const silent = createTcpServer(() => undefined).listen(0, "127.0.0.1");
    await Promise.all([once(html, "listening"), once(silent, "listening")]);
    cleanUp.push(
      () => html.close(),
      () => silent.close(),
    );
    const others = [html, silent].map((server) => (server.address() as AddressInfo).port);
    const fleet = fleetOf([first.port, second.port, ...others, await freePort()]);
    await expect(fleet.current()).resolves.toBe(5);
    const found = [first, second].map(({ port }) => `localhost:${port}`);
    await eventually(() => expect(names(fleet).sort()).toEqual(found.sort()));
    expect(fleet.instances.map((each) => [fleet.statusOf(each).status, each.local, each.routable])).toEqual([
      ["healthy", true, true],
      ["healthy", true, true],
    ]);
    expect([...fleet.modelNames()].sort()).toEqual(["llama3.2:latest", "phi4:latest"]);
    expect(fleet.having("phi4:latest").map(({ port }) => port)).toEqual([second.port]);
  });

  it.skipIf(!hasSecondAddress)(
    "calls a found server's client what the instance is called, for answers and errors name that one",
    async () => {
      stopClock();
      const server = await ollama();
      const twin = await ollama({ host: "127.0.0.2", port: server.port });
      const fleet = fleetOf([server.port]);
      await fleet.look({ fresh: "instances", where: { hosts: [`127.0.0.2:${twin.port}`] } });
      expect(fleet.instances).toHaveLength(2);
      for (const instance of fleet.instances) expect(instance.client.instance.name).toBe(instance.name);
    },
  );

  it("waits for the models of what answers, however long a busy machine takes to list them", async () => {
    const clock = stopClock();
    const server = await ollama();
    const tags = server.pauseBefore("answer", { path: "/api/tags" });
    const fleet = fleetOf([], { configured: configured({ gpu: server.url }) });
    const ready = fleet.current();
    await tags.reached;
    await clock.advance(2_000);
    tags.release();
    await ready;
    expect(fleet.having("llama3.2:latest")).toHaveLength(1);
  });

  it("finds one that took the connection while this process was kept from hearing of it", async () => {
    const server = await ollama();
    const fleet = fleetOf([server.port]);
    const blockThread = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    const onConnecting = () => {
      unsubscribe("net.client.socket", onConnecting);
      // Once the connection was asked for, and before anything is heard of it.
      process.nextTick(() => process.nextTick(blockThread));
    };
    subscribe("net.client.socket", onConnecting);
    await fleet.current();
    expect(names(fleet)).toEqual([`localhost:${server.port}`]);
  });

  it("asks what it knows before it scans hosts, and those once", async () => {
    stopClock();
    const [known, other] = [await ollama(), await ollama({ models: [{ name: "phi4" }] })];
    const fleet = fleetOf([], {
      configured: configured({ known: known.url }),
      scan: { local: false, ports: "1", hosts: [`127.0.0.1:${other.port}`], allowNetworks: [] },
    });
    const version = known.pauseBefore("answer", { path: "/api/version" });
    const looked = fleet.look({ fresh: "everything" });
    await version.reached;
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(other.counters.log).toEqual([]);
    version.release();
    await looked;
    expect(fleet.having("phi4:latest")).toHaveLength(1);
    expect(other.counters.requests["/api/tags"]).toBe(1);
  });

  it("does nothing before the first need", async () => {
    const server = await ollama();
    const fleet = fleetOf([server.port], { configured: configured({ one: server.url }), intervals: often });
    fleet.having("llama3.2:latest");
    expect(server.counters.log).toHaveLength(0);
    await fleet.current();
    expect(server.counters.log.length).toBeGreaterThan(0);
  });

  it.skipIf(!hasIpv6)(
    "shows one server once, under the operator's name, by whatever address it is reached",
    async () => {
      stopClock();
      const server = await ollama({ host: "::" });
      const fleet = fleetOf([server.port], {
        configured: configured({
          mine: `http://localhost:${server.port}`,
          again: `http://[::1]:${server.port}`,
        }),
      });
      await fleet.current();
      expect(names(fleet)).toEqual(["mine"]);
      await fleet.look({
        fresh: "instances",
        where: { hosts: [`127.0.0.1:${server.port}`, `[::1]:${server.port}`] },
      });
      await fleet.look({ fresh: "everything" });
      expect(names(fleet)).toEqual(["mine"]);
      expect(fleet.having("llama3.2:latest")).toHaveLength(1);
    },
  );

  it.skipIf(!hasSecondAddress)("shows two servers of one port on two addresses as two", async () => {
    stopClock();
    const server = await ollama();
    const twin = await ollama({ host: "127.0.0.2", port: server.port });
    const fleet = fleetOf([server.port]);
    await fleet.look({ fresh: "instances", where: { hosts: [`127.0.0.2:${twin.port}`] } });
    expect(names(fleet).sort()).toEqual([`localhost:${server.port}`, `localhost:${server.port}-2`]);
  });

  it("keeps a configured instance as down, and says why", async () => {
    const fleet = fleetOf([], { configured: configured({ away: `http://127.0.0.1:${await freePort()}` }) });
    await fleet.current();
    expect(statuses(fleet)).toEqual(["down"]);
    expect(fleet.instances[0]?.problem?.code).toBe("OLLAMA_CONNECTION_FAILED");
  });

  it("sends a key only to its own instance", async () => {
    stopClock();
    const [guarded, open] = [await ollama({ key: "secret" }), await ollama()];
    const fleet = fleetOf([open.port], {
      configured: [specOfSettings({ name: "guarded", url: guarded.url, key: "own", apiKey: "secret" })],
    });
    await fleet.current();
    expect(statuses(fleet)).toEqual(["healthy", "healthy"]);
    expect(guarded.counters.log.every(({ headers }) => headers["x-ollama-key"] === "own")).toBe(true);
    const sent = open.counters.log.flatMap(({ headers }) => [headers["x-ollama-key"], headers.authorization]);
    expect(sent.every((header) => header === undefined)).toBe(true);
  });

  it("shows an instance that refuses its key as degraded", async () => {
    const guarded = await ollama({ key: "secret" });
    const fleet = fleetOf([], { configured: configured({ guarded: guarded.url }) });
    await fleet.current();
    expect(fleet.instances[0]?.problem?.code).toBe("UNAUTHORIZED");
    expect(statuses(fleet)).toEqual(["degraded"]);
  });
});

describe("keeping current", () => {
  it("tells of a scanned instance that comes and goes, and forgets it", async () => {
    const server = await ollama();
    const fleet = fleetOf([server.port], { intervals: often });
    await fleet.current();
    const gone = change(fleet, { type: "instance-gone" });
    await server.goDown();
    expect(await gone).toMatchObject({ instance: `localhost:${server.port}` });
    expect(fleet.instances).toHaveLength(0);
    expect(fleet.modelNames()).toEqual([]);
    const found = change(fleet, { type: "instance-found" });
    await server.comeBack();
    expect(await found).toMatchObject({ instance: `localhost:${server.port}` });
    expect(fleet.having("llama3.2:latest")).toHaveLength(1);
  });

  it("tells of a configured instance that goes down and comes back, and reads it anew", async () => {
    const server = await ollama();
    const fleet = fleetOf([], { configured: configured({ gpu: server.url }), intervals: often });
    await fleet.current();
    const down = change(fleet, { type: "instance-down", instance: "gpu" });
    await server.goDown();
    await down;
    expect(statuses(fleet)[0]).toBe("down");
    server.models.add({ name: "phi4" });
    const up = change(fleet, { type: "instance-up", instance: "gpu" });
    await server.comeBack();
    await up;
    expect(fleet.having("phi4:latest")).toHaveLength(1);
  });

  it("tells of models that are loaded, unloaded, pulled and removed", async () => {
    const server = await ollama();
    const fleet = fleetOf([server.port], { intervals: often });
    await fleet.current();
    const loaded = change(fleet, { type: "model-loaded", model: "llama3.2:latest" });
    await fetch(`${server.url}/api/generate`, { method: "POST", body: '{"model":"llama3.2"}' });
    await loaded;
    expect(fleet.instances[0]?.loaded.get("llama3.2:latest")?.sizeVramBytes).toBe(2_000_000_000);
    expect(fleet.instances[0]?.gpu).toEqual({ count: null, source: "inferred" });
    const unloaded = change(fleet, { type: "model-unloaded", model: "llama3.2:latest" });
    server.unload("llama3.2");
    await unloaded;
    const pulled = change(fleet, { type: "models-changed" });
    server.models.add({ name: "phi4" });
    await pulled;
    expect([...fleet.modelNames()].sort()).toEqual(["llama3.2:latest", "phi4:latest"]);
  });

  it.skipIf(!hasIpv6)("finds another server behind an address whose server is gone", async () => {
    const server = await ollama({ host: "::" });
    const fleet = fleetOf([], {
      configured: configured({
        first: `http://127.0.0.1:${server.port}`,
        second: `http://[::1]:${server.port}`,
      }),
      intervals: often,
    });
    await fleet.current();
    expect(names(fleet)).toEqual(["first"]);
    const found = change(fleet, { type: "instance-found", instance: "second" });
    await server.close();
    await ollama({ host: "::1", port: server.port, models: [{ name: "phi4" }] });
    await found;
    expect(fleet.having("phi4:latest").map(({ name }) => name)).toEqual(["second"]);
    expect(fleet.instances.find(({ name }) => name === "first")?.reachable).toBe(false);
  });

  it("sees a server that was started, or started again, a moment ago when somebody asks", async () => {
    stopClock();
    const port = await freePort();
    const fleet = fleetOf([port]);
    await fleet.current();
    expect(fleet.instances).toEqual([]);
    const server = await ollama({ port });
    await fleet.current();
    expect(names(fleet)).toEqual([`localhost:${port}`]);
    await server.goDown();
    await fleet.look({ fresh: "everything" });
    expect(fleet.instances).toEqual([]);
    await server.comeBack();
    await fleet.look({ fresh: "models" });
    expect(fleet.having("llama3.2:latest")).toHaveLength(1);
  });

  it("sees a second server that was started a moment ago when asked to look", async () => {
    stopClock();
    const [server, port] = [await ollama(), await freePort()];
    const fleet = fleetOf([server.port, port]);
    await fleet.current();
    await ollama({ port, models: [{ name: "phi4" }] });
    await fleet.look({ fresh: "models" });
    expect(fleet.having("phi4:latest")).toHaveLength(1);
  });

  it("knows a model that was pulled a moment ago when asked to look, once for many", async () => {
    stopClock();
    const server = await ollama();
    const fleet = fleetOf([server.port]);
    await fleet.current();
    server.models.add({ name: "phi4" });
    const before = server.counters.log.length;
    await Promise.all([
      fleet.look({ fresh: "models" }),
      fleet.look({ fresh: "models" }),
      fleet.look({ fresh: "models" }),
    ]);
    expect(fleet.having("phi4:latest")).toHaveLength(1);
    expect(server.counters.log.length - before).toBe(1);
  });

  it("asks older servers for what they do not list, once per member and digest", async () => {
    stopClock();
    const models = ["llava", "llava-copy"].map((name) => ({
      name,
      capabilities: ["completion", "vision"],
      context_length: 4096,
      digest: "d",
    }));
    const [first, second] = [
      await ollama({ olderTags: true, models }),
      await ollama({ olderTags: true, models }),
    ];
    const fleet = fleetOf([first.port, second.port]);
    await fleet.current();
    await Promise.all([
      fleet.look({ fresh: "details" }),
      fleet.look({ fresh: "details", where: { models: ["llava:latest"] } }),
    ]);
    for (const instance of fleet.instances)
      expect(instance.models.get("llava-copy:latest")).toMatchObject({
        capabilities: ["completion", "vision"],
        contextLength: 4096,
      });
    for (const { counters } of [first, second])
      expect(counters.log.filter(({ path }) => path === "/api/show")).toHaveLength(1);
  });

  it("believes of a server's model what that server says, whatever another says of the same digest", async () => {
    const honest = {
      name: "llava",
      digest: "d",
      capabilities: ["completion", "vision"],
      context_length: 4096,
    };
    const copied = { name: "other", digest: "d", capabilities: ["embedding"], context_length: 1 };
    const [first, second] = [
      await ollama({ olderTags: true, models: [copied] }),
      await ollama({ olderTags: true, models: [honest] }),
    ];
    const fleet = fleetOf([], { configured: configured({ liar: first.url, good: second.url }) });
    await fleet.current();
    await fleet.look({ fresh: "details" });
    const good = fleet.instances.find(({ name }) => name === "good");
    expect(good?.models.get("llava:latest")).toMatchObject({
      capabilities: ["completion", "vision"],
      contextLength: 4096,
    });
  });

  it("takes changed configuration without a restart", async () => {
    stopClock();
    const [first, second] = [await ollama(), await ollama({ models: [{ name: "phi4" }] })];
    const fleet = fleetOf([], { configured: configured({ a: first.url }) });
    await fleet.current();
    const [kept] = fleet.instances;
    await fleet.configure(configured({ a: first.url, b: second.url }));
    expect(names(fleet)).toEqual(["a", "b"]);
    expect(fleet.instances[0]?.id).toBe(kept?.id);
    if (kept === undefined) throw new Error("not kept");
    const underWay = fleet.reserve(kept, "llama3.2:latest", 1_000);
    expect(fleet.having("phi4:latest")).toHaveLength(1);
    await fleet.configure(configured({ b: second.url }));
    expect(names(fleet)).toEqual(["b"]);
    expect(fleet.byId(kept.id)?.draining).toBe(true);
    underWay.release();
    expect(fleet.byId(kept.id)).toBeUndefined();
  });
});

describe("a server that the configuration names no more", () => {
  it.skipIf(!hasIpv6)("is found by scanning like any other", async () => {
    stopClock();
    const server = await ollama({ host: "::" });
    const fleet = fleetOf([server.port], { configured: configured({ mine: `http://[::1]:${server.port}` }) });
    await fleet.current();
    expect(names(fleet)).toEqual(["mine"]);
    await fleet.configure([]);
    await fleet.look({ fresh: "everything" });
    expect(names(fleet)).toEqual([`localhost:${server.port}`]);
  });
});

describe("a server under fault", () => {
  it("stays when one look at it takes too long, and is down after the second", async () => {
    const clock = stopClock();
    const server = await ollama();
    const fleet = fleetOf([], { configured: configured({ slow: server.url }) });
    await fleet.current();
    server.inject({ kind: "silent", path: "/api/version" });
    const lookInVain = async () => {
      const look = fleet.look({ fresh: "everything" });
      await server.until(({ inFlight }) => inFlight["/api/version"] === 1);
      await clock.advance(2_000);
      await look;
      await server.until(({ totalInFlight }) => totalInFlight === 0);
    };
    await lookInVain();
    expect(fleet.instances[0]).toMatchObject({ reachable: true });
    await lookInVain();
    expect(fleet.instances[0]).toMatchObject({ reachable: false });
  });

  it("is down after one look while somebody watches, when a second connection is silent too", async () => {
    const server = await ollama();
    const fleet = fleetOf([], { configured: configured({ hung: server.url }), intervals: often });
    const down = change(fleet, { type: "instance-down", instance: "hung" });
    await fleet.current();
    server.inject({ kind: "silent" });
    // One look asks twice: the second time while the first is still waited for.
    await server.until(({ inFlight }) => inFlight["/api/version"] === 2);
    await down;
  });

  it("that answers its lists with something else is degraded, and keeps what was known", async () => {
    const server = await ollama();
    const fleet = fleetOf([], { configured: configured({ odd: server.url }) });
    await fleet.current();
    server.inject({ kind: "html", path: "/api/tags" });
    await fleet.look({ fresh: "everything" });
    expect(fleet.instances[0]).toMatchObject({ problem: { code: "OLLAMA_PROCESSING_ERROR" } });
    expect(statuses(fleet)).toEqual(["degraded"]);
    expect(fleet.having("llama3.2:latest")).toHaveLength(1);
    server.clearFaults();
    await fleet.look({ fresh: "everything" });
    expect(statuses(fleet)[0]).toBe("healthy");
  });
});

describe("attempts", () => {
  it("look again at once at an instance that refused", async () => {
    const server = await ollama();
    const fleet = fleetOf([server.port]);
    await fleet.current();
    const instance = { id: fleet.instances[0]?.id ?? "" };
    await server.goDown();
    const gone = new Promise<void>((resolve) => {
      fleet.onChange(({ type }) => type === "instance-gone" && resolve());
    });
    const model = "llama3.2:latest";
    fleet.observe({ instance, model, outcome: "refused", startedMs: performance.now() });
    await gone;
    expect(fleet.instances).toEqual([]);
  });
});
