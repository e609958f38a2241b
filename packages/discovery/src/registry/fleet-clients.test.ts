import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, expect, it } from "vitest";
import { cleanUp, configured, eventually, fleetOf, ollama } from "../../test/test-fleet.ts";

describe("naming an instance", () => {
  it("gives its client; without a name the default's, be it there or not", async () => {
    const server = await ollama();
    const fleet = fleetOf([server.port]);
    expect((await fleet.clientNamed(undefined)).instance.url).toBe(server.url);
    expect((await fleet.clientNamed(`localhost:${server.port}`)).instance.url).toBe(server.url);
    await expect(fleet.clientNamed("nobody")).rejects.toThrow(/^instance: there is no nobody/);
    const empty = fleetOf([], {});
    expect((await empty.clientNamed(undefined)).instance.name).toBe("default");
  });
});

describe("something that is silent", () => {
  async function silent(): Promise<string> {
    const server = createTcpServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanUp.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("does not keep the others waiting, neither at first nor before an answer of no route", async () => {
    const server = await ollama();
    const fleet = fleetOf([server.port], { configured: configured({ silent: await silent() }) });
    await fleet.current();
    await eventually(() => expect(fleet.having("llama3.2:latest")).toHaveLength(1));
    expect(fleet.instances.find(({ name }) => name === "silent")?.reachable).not.toBe(true);
    server.models.add({ name: "phi4" });
    await fleet.look({ fresh: "models" });
    await eventually(() => expect(fleet.having("phi4:latest")).toHaveLength(1));
  });
});
