import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { isLoopback, normalizeUrl } from "./instance.ts";
import { canonicalAddress, isThisMachine } from "./this-machine.ts";

const hostOf = (url: string) => new URL(normalizeUrl(url)).hostname.replace(/^\[|\]$/g, "");

test.each([
  "127.0.0.1",
  "127.8.9.10",
  "2130706433",
  "0x7f.1",
  "127.0.0.1.",
  "0.0.0.0",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "localhost",
  "LOCALHOST:11434",
])("%s is the loopback", (address) => {
  expect(isLoopback(normalizeUrl(address))).toBe(true);
  expect(isThisMachine(hostOf(address))).toBe(true);
});

test.each([
  "127.evil.test",
  "127.0.0.1.nip.io",
  "localhost.evil.test",
  "localhost.",
  "evil.localhost",
  "192.0.2.7",
  "[::ffff:192.0.2.7]",
])("%s is not this machine", (address) => {
  expect(isLoopback(normalizeUrl(address))).toBe(false);
  expect(isThisMachine(hostOf(address))).toBe(false);
});

test("every address of this machine is this machine, its name is not", () => {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  for (const { address } of addresses) expect([address, isThisMachine(address)]).toEqual([address, true]);
  expect(isThisMachine("a-name-that-leads-here")).toBe(false);
});

test.each([
  ["::ffff:7f00:1", "127.0.0.1"],
  ["::FFFF:10.1.2.3", "10.1.2.3"],
  ["0:0:0:0:0:0:0:1", "::1"],
  ["fe80::1%eth0", "fe80::1"],
])("%s is spelled %s", (address, canonical) => {
  expect(canonicalAddress(address)).toBe(canonical);
});
