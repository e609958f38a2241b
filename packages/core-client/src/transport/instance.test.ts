import { expect, test } from "vitest";
import { normalizeUrl } from "./instance.ts";

test.each([
  ["::1", "http://[::1]:11434"],
  ["fe80::1:2", "http://[fe80::1:2]:11434"],
  ["::ffff:10.0.0.1", "http://[::ffff:a00:1]:11434"],
  ["gpu-box", "http://gpu-box:11434"],
  ["gpu-box:80", "http://gpu-box"],
  ["https://host/direct//?x=1", "https://host/direct"],
  [":11435", "http://127.0.0.1:11435"],
  ["http://:11435", "http://127.0.0.1:11435"],
  ["http://", "http://127.0.0.1"],
  ["0.0.0.0", "http://127.0.0.1:11434"],
  ["0.0.0.0:11435", "http://127.0.0.1:11435"],
  ["http://0.0.0.0:80/", "http://127.0.0.1"],
  ["::", "http://[::1]:11434"],
  ["[::]:11435", "http://[::1]:11435"],
  ["[::1]", "http://[::1]:11434"],
  ["[::1]:80", "http://[::1]"],
  ["http://[fe80::1]/", "http://[fe80::1]"],
  ["HTTP://Gpu-Box", "http://gpu-box"],
  ["https://gpu-box", "https://gpu-box"],
  ["https://gpu-box:443/", "https://gpu-box"],
  ["http://gpu-box", "http://gpu-box"],
  ["gpu-box/", "http://gpu-box:11434"],
  ["gpu-box:", "http://gpu-box:11434"],
  ["gpu-box:11435/ollama/", "http://gpu-box:11435/ollama"],
  ["gpu-box/ollama", "http://gpu-box:11434/ollama"],
  ['"gpu-box:11435"', "http://gpu-box:11435"],
  ["' 10.0.0.7 '", "http://10.0.0.7:11434"],
  ["ollama.com", "https://ollama.com"],
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

test.each(["", "  ", '""', "ftp://gpu-box", "file:///tmp", "two words", "gpu-box:port", "http://gpu box"])(
  "%j is no address",
  (text) => {
    expect(() => normalizeUrl(text)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  },
);
