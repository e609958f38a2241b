import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { hasIpv6 } from "../../test/loopback.ts";
import { identify, type ServerIdentity, sameServer } from "./identity.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string, port = 0, ipv6Only = false): Promise<number> {
  const server = createServer();
  server.listen({ host, port, ipv6Only });
  await once(server, "listening");
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

async function areOne(first: string, second: string, fingerprint?: string): Promise<boolean> {
  const [a, b] = await identify([first, second]);
  if (a === undefined || b === undefined) throw new Error("not identified");
  return sameServer({ ...a, fingerprint }, { ...b, fingerprint });
}

describe.runIf(process.platform === "linux" && hasIpv6)("servers of this machine", () => {
  it("are one behind one socket, by whatever address", async () => {
    const port = await listen("::");
    expect(await areOne(`http://127.0.0.1:${port}`, `http://[::1]:${port}`)).toBe(true);
    expect(await areOne(`http://localhost:${port}`, `http://127.0.0.1:${port}`)).toBe(true);
    expect(await areOne(`http://127.0.0.1:${port}`, `http://127.0.0.2:${port}`)).toBe(true);
  });

  it("are two behind two sockets of one port, even with the same contents", async () => {
    const port = await listen("127.0.0.1");
    await listen("127.0.0.2", port);
    await listen("::1", port);
    expect(await areOne(`http://127.0.0.1:${port}`, `http://127.0.0.2:${port}`, "same")).toBe(false);
    expect(await areOne(`http://127.0.0.1:${port}`, `http://[::1]:${port}`, "same")).toBe(false);
  });

  it("are one behind a forwarder's pair of sockets only with the same contents", async () => {
    const port = await listen("0.0.0.0");
    await listen("::", port, true);
    expect(await areOne(`http://127.0.0.1:${port}`, `http://[::1]:${port}`, "same")).toBe(true);
    expect(await areOne(`http://127.0.0.1:${port}`, `http://[::1]:${port}`)).toBe(false);
  });

  it("are two on two ports", async () => {
    const [first, second] = [await listen("127.0.0.1"), await listen("127.0.0.1")];
    expect(await areOne(`http://127.0.0.1:${first}`, `http://127.0.0.1:${second}`, "same")).toBe(false);
  });
});

describe("other servers", () => {
  const at = (host: string, more: Partial<ServerIdentity> & { fingerprint?: string } = {}) => ({
    url: `http://${host}:11434`,
    host,
    named: /[a-z]/.test(host),
    port: 11434,
    plain: true,
    addresses: [/[a-z]/.test(host) ? "10.0.0.9" : host],
    own: false,
    ...more,
  });

  it("are one by name and by address when the contents are the same", () => {
    expect(sameServer(at("gpu.lan", { fingerprint: "f" }), at("10.0.0.9", { fingerprint: "f" }))).toBe(true);
    expect(sameServer(at("gpu.lan", { fingerprint: "f" }), at("10.0.0.9", { fingerprint: "g" }))).toBe(false);
    expect(sameServer(at("gpu.lan"), at("10.0.0.9"))).toBe(false);
  });

  it("are two by two names of one address: a proxy may tell them apart", () => {
    expect(sameServer(at("a.lan", { fingerprint: "f" }), at("b.lan", { fingerprint: "f" }))).toBe(false);
  });

  it("are two behind paths or TLS, however alike", () => {
    const proxied = (path: string) => at("10.0.0.9", { url: `http://10.0.0.9:11434/${path}`, plain: false });
    expect(sameServer(proxied("a"), proxied("b"))).toBe(false);
    expect(sameServer(proxied("a"), proxied("a"))).toBe(true);
  });
});
