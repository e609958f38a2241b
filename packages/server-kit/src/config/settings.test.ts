import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { logSection } from "../log/log-config.ts";
import { defineConfigSection } from "./config-section.ts";
import { onlyLower } from "./narrowings.ts";
import { loadSettings } from "./settings.ts";

const limits = defineConfigSection({
  name: "limits",
  schema: z
    .strictObject({
      default_timeout_ms: z.coerce.number().int().min(1).default(120_000),
      image_roots: z.array(z.string()).default(["."]),
    })
    .prefault({}),
  environment: { DEFAULT_TIMEOUT_MS: { key: "default_timeout_ms", description: "Deadline in ms" } },
  untrusted: { default_timeout_ms: onlyLower({ atLeast: 1_000 }) },
});

let folder: string;
const startedIn = process.cwd();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ollama-bridge-settings-"));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(startedIn);
  await rm(folder, { recursive: true });
});

const yaml = (text: string) => writeFile(join(folder, "ollama-bridge.config.yaml"), text);
const load = (env: Record<string, string> = {}, flags: { sharesFile?: boolean } = {}) =>
  loadSettings({ env: { XDG_CONFIG_HOME: folder, ...env }, sections: [limits, logSection], ...flags });

describe("defaults, then the file, then the environment", () => {
  test("each wins over the one before", async () => {
    expect((await load()).read(limits).default_timeout_ms).toBe(120_000);
    await yaml("limits:\n  default_timeout_ms: 5000\n");
    expect((await load()).read(limits).default_timeout_ms).toBe(5000);
    expect((await load({ DEFAULT_TIMEOUT_MS: "7" })).read(limits).default_timeout_ms).toBe(7);
    expect((await load({ DEFAULT_TIMEOUT_MS: " " })).read(limits).default_timeout_ms).toBe(5000);
  });

  test("a file in JSON is read too, and a named one instead of the one found", async () => {
    await yaml("limits: {default_timeout_ms: 1000}");
    const named = join(folder, "mine.json");
    await writeFile(named, '{"limits": {"default_timeout_ms": 2}}');
    const settings = await loadSettings({ env: {}, configPath: named });
    expect(settings.read(limits).default_timeout_ms).toBe(2);
  });
});

const configuration = "\ufefflimits:\r\n  default_timeout_ms: 5000\r\nlog: {}\r\n";

test.each([
  ["UTF-8 with a byte order mark", Buffer.from(configuration)],
  ["UTF-16 as Windows writes it", Buffer.from(configuration, "utf16le")],
  ["UTF-16 with the high byte first", Buffer.from(configuration, "utf16le").swap16()],
])("a file in %s is read", async (_, bytes) => {
  await writeFile(join(folder, "ollama-bridge.config.yaml"), bytes);
  expect((await load()).read(limits).default_timeout_ms).toBe(5000);
  await writeFile(join(folder, "named.json"), Buffer.from('\ufeff{"limits":{"default_timeout_ms":7}}'));
  const named = await loadSettings({ env: {}, configPath: join(folder, "named.json") });
  expect(named.read(limits).default_timeout_ms).toBe(7);
});

describe("keys of earlier versions", () => {
  const former = defineConfigSection({
    name: "routing",
    aliases: { catalogue: "catalog" },
    retired: ["poll"],
    schema: z.strictObject({ catalog: z.array(z.string()).default([]) }).prefault({}),
    environment: {},
  });

  test("are read under their former names, and named where they mean nothing any more", async () => {
    const file = join(folder, "named.yaml");
    await writeFile(file, "routing: { catalogue: [phi4], poll: { idle_ms: 1 } }\n");
    const settings = await loadSettings({ env: {}, configPath: file });
    expect(settings.read(former)).toEqual({ catalog: ["phi4"] });
    expect(settings.read(former)).toEqual({ catalog: ["phi4"] });
    expect(settings.retired).toEqual(["routing.poll"]);
  });

  test("are an error beside the names of today", async () => {
    const file = join(folder, "named.yaml");
    await writeFile(file, "routing:\n  catalog: []\n  catalogue: []\n");
    const settings = await loadSettings({ env: {}, configPath: file });
    const read = Promise.resolve().then(() => settings.read(former));
    await expect(read).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(":3: routing.catalogue: "),
    });
  });
});

describe("an error names where it is", () => {
  test.each([
    ["limits:\n  default_timeout_ms: -1\n", ":2: limits.default_timeout_ms: "],
    ["log: {}\n\nlimits:\n  color: red\n", ":4: limits.color: Unrecognized key"],
    ["log: {}\nlimitz: {}\n", ":2: limitz is not a key"],
    ["limits:\n  - [\n", ":3: "],
    ["- a\n", ":1: the file must hold keys and values"],
  ])("%j", async (text, message) => {
    await yaml(text);
    const read = load().then((settings) => settings.read(limits));
    await expect(read).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(`ollama-bridge.config.yaml${message}`),
    });
  });

  test("a key of another server's is left to it where servers share the file", async () => {
    await yaml("limits: {default_timeout_ms: 5000}\nrouting: {whatever: 1}\n");
    await expect(load()).rejects.toThrow(/:2: routing is not a key/);
    expect((await load({}, { sharesFile: true })).read(limits).default_timeout_ms).toBe(5000);
  });

  test("a variable by its name, a file that is named and missing by its path", async () => {
    const settings = await load({ DEFAULT_TIMEOUT_MS: "soon" });
    expect(() => settings.read(limits)).toThrow(/^DEFAULT_TIMEOUT_MS: /);
    await expect(loadSettings({ env: {}, configPath: "nowhere.yaml" })).rejects.toThrow(
      /nowhere\.yaml.*ENOENT/,
    );
  });
});
