import { expect, test } from "vitest";
import { isLoopbackAddress, isLoopbackHost } from "./addresses.ts";

test.each([
  "127.0.0.1",
  "127.255.255.254",
  "::1",
  "[::1]",
  "0:0:0:0:0:0:0:1",
  "::ffff:127.0.0.1",
  "[::ffff:7f00:1]",
  "::1%lo",
  "localhost",
  "LocalHost",
])("%s is the loopback", (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

test.each([
  "127.evil.test",
  "127.0.0.1.nip.io",
  "127.0.0.1.",
  "localhost.evil.test",
  "localhost.",
  "a.localhost",
  "2130706433",
  "0x7f.1",
  "127.1",
  "128.0.0.1",
  "0.0.0.0",
  "::",
  "::ffff:10.0.0.1",
  "",
])("%s is not for certain the loopback", (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

test("a name is no address", () => {
  expect(isLoopbackAddress("localhost")).toBe(false);
});
