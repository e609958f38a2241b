import { expect, test } from "vitest";
import { normalizeUrl } from "./instance.ts";

test.each([
  ["::1", "http://[::1]:11434"],
  ["fe80::1:2", "http://[fe80::1:2]:11434"],
  ["::ffff:10.0.0.1", "http://[::ffff:a00:1]:11434"],
  ["gpu-box", "http://gpu-box:11434"],
  ["gpu-box:80", "http://gpu-box"],
  ["https://host/direct//?x=1", "https://host/direct"],
])("%s is %s", (text, url) => {
  expect(normalizeUrl(text)).toBe(url);
});

test.each([
  ["colons", `${":".repeat(200_000)}x`],
  ["marks", `host${"#".repeat(200_000)}\nx`],
  ["slashes", `host/${"/".repeat(300_000)}x/`],
])("an address of many %s is read in one pass", (_, text) => {
  try {
    expect(normalizeUrl(text)).toMatch(/^http:\/\/host:11434/);
  } catch (error) {
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
  }
});
