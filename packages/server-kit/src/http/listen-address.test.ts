import { expect, test } from "vitest";
import { createGuard } from "./guard.ts";
import { parseListenAddress } from "./listen-address.ts";

const guardFor = (text: string) => createGuard(parseListenAddress(text), undefined, "TOKEN");

test.each([
  ["8080", "127.0.0.1"],
  ["127.1:8080", "127.0.0.1"],
  ["0x7f.1:8080", "127.0.0.1"],
  ["[::1]:8080", "::1"],
  ["[::ffff:127.0.0.1]:8080", "::ffff:7f00:1"],
  ["LocalHost:8080", "localhost"],
])("%s listens on %s, and needs no token", (text, host) => {
  expect(parseListenAddress(text)).toEqual({ host, port: 8080 });
  expect(() => guardFor(text)).not.toThrow();
});

test.each(["127.evil.test:80", "127.0.0.1.nip.io:80", "localhost.evil.test:80", "0.0.0.0:80", "[::]:80"])(
  "%s needs a token",
  (text) => {
    expect(() => guardFor(text)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  },
);
