import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { parsePorts, targetsOf } from "./scan-targets.ts";

describe("ports", () => {
  it("come as ranges and lists, each once", () => {
    expect(parsePorts("11434-11436, 11435,80")).toEqual([11434, 11435, 11436, 80]);
    expect(parsePorts("11434-11499")).toHaveLength(66);
  });

  it.each(["", "0", "70000", "5-4", "a", "1-", "-1", "1,,2", "1-1000"])("are refused: %j", (text) => {
    expect(() => parsePorts(text)).toThrow(expect.objectContaining({ code: "VALIDATION_ERROR" }));
  });
});

describe("hosts", () => {
  const urls = async (host: string, ports = [11434, 11435]) =>
    (await targetsOf([host], ports)).map(({ url }) => url);

  it.each([
    ["192.168.1.5", ["http://192.168.1.5:11434", "http://192.168.1.5:11435"]],
    ["192.168.1.5:8080", ["http://192.168.1.5:8080"]],
    ["http://10.0.0.3:9000/direct", ["http://10.0.0.3:9000/direct"]],
    ["localhost:1", ["http://localhost:1"]],
    [":5", ["http://127.0.0.1:5"]],
    ["0.0.0.0:5", ["http://127.0.0.1:5"]],
    ["192.168.1.5:8080/", ["http://192.168.1.5:8080"]],
    ["192.168.1.5/", ["http://192.168.1.5:11434", "http://192.168.1.5:11435"]],
    ["::1", ["http://[::1]:11434", "http://[::1]:11435"]],
    ["[fd00::7]:5", ["http://[fd00::7]:5"]],
    ["192.168.1.7/32", ["http://192.168.1.7:11434", "http://192.168.1.7:11435"]],
  ])("%s", async (host, expected) => {
    expect(await urls(host)).toEqual(expected);
  });

  it("are every address of a network but its own and its broadcast, the first port of all first", async () => {
    const targets = await targetsOf(["10.1.2.77/24"], [1, 2]);
    expect(targets).toHaveLength(2 * 254);
    expect(targets[0]?.url).toBe("http://10.1.2.1:1");
    expect(targets[253]?.url).toBe("http://10.1.2.254:1");
    expect(await urls("fd00::ff0/126", [1])).toEqual([
      "http://[fd00::ff0]:1",
      "http://[fd00::ff1]:1",
      "http://[fd00::ff2]:1",
      "http://[fd00::ff3]:1",
    ]);
  });

  it.each([
    ["8.8.8.8", "private"],
    ["http://1.1.1.1:11434", "private"],
    ["169.254.169.254", "private"],
    ["8.8.8.0/24", "private"],
    ["192.167.255.0/24", "private"],
    ["10.0.0.0/23", "larger than a /24"],
    ["fd00::/64", "larger than a /24"],
    ["10.0.0.0/33", "not a network"],
    ["10.0.0/24", "not a network"],
    ["no-such-host.invalid", "does not resolve"],
    ["", "not an address"],
    ["ftp://10.0.0.1", "not an address"],
  ])("%j is refused: %s", async (host, message) => {
    await expect(targetsOf(["127.0.0.1", host], [1])).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      message: expect.stringContaining(message),
      details: { path: "hosts[1]" },
    });
  });

  it("may be this machine's own address, private or not", async () => {
    const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const address = own.find(({ family }) => family === "IPv4")?.address ?? "127.0.0.1";
    expect(await urls(address, [5])).toEqual([`http://${address}:5`]);
  });

  it("may be public where the configuration names them", async () => {
    expect(await targetsOf(["8.8.8.8:1"], [], { anyAddress: true })).toHaveLength(1);
  });
});
