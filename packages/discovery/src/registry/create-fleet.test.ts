import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings, type Settings, settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { expect, it } from "vitest";
import { configuredInstances, createFleet } from "./create-fleet.ts";

const urlsOf = (settings: Settings) => configuredInstances(settings).map(({ name, url }) => `${name} ${url}`);
const named = (env: NodeJS.ProcessEnv) => urlsOf(settingsFromEnvironment(env));

it("takes instances of the environment, with bind addresses meaning the loopback", () => {
  expect(named({ OLLAMA_HOST: "0.0.0.0" })).toEqual(["127.0.0.1:11434 http://127.0.0.1:11434"]);
  expect(named({ OLLAMA_INSTANCES: "gpu=gpu.lan, laptop = http://10.0.0.7:8080/direct" })).toEqual([
    "gpu http://gpu.lan:11434",
    "laptop http://10.0.0.7:8080/direct",
  ]);
});

it("names the default address only where nothing would find it", async () => {
  expect(named({})).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), "discovery-"));
  const file = join(folder, "bridge.yaml");
  writeFileSync(file, "discovery: { scan_local: false }\n");
  const settings = await loadSettings({ env: {}, configPath: file });
  expect(urlsOf(settings)).toEqual(["localhost:11434 http://localhost:11434"]);
  rmSync(folder, { recursive: true });
});

it.each(["gpu.lan", "=x", "gpu=", "http://gpu.lan:1=2"])("refuses OLLAMA_INSTANCES=%s", (value) => {
  expect(() => named({ OLLAMA_INSTANCES: value })).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("OLLAMA_INSTANCES") }),
  );
});

it("refuses two instances of one name", () => {
  const settings = settingsFromEnvironment({ OLLAMA_INSTANCES: "gpu=a.lan,gpu=b.lan" });
  expect(() => createFleet(settings)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});

it("takes what the operator declared from the file, and the environment's key for the same address", async () => {
  const folder = mkdtempSync(join(tmpdir(), "discovery-"));
  const file = join(folder, "bridge.yaml");
  writeFileSync(
    file,
    `instances:
  - name: gpu
    url: gpu.lan
    region: cellar
    priority: 2
    gpu: { count: 2, vram_gb: 48 }
    max_parallel: 4
    price_per_mtok: 0.1
    tags: [big]
discovery: { scan_local: false }
`,
  );
  try {
    const env = { OLLAMA_HOST: "gpu.lan", OLLAMA_KEY: "secret" };
    const fleet = createFleet(await loadSettings({ env, configPath: file }));
    expect(fleet.instances).toHaveLength(1);
    expect(fleet.instances[0]).toMatchObject({
      name: "gpu",
      url: "http://gpu.lan:11434",
      region: "cellar",
      priority: 2,
      gpu: { count: 2, vramGb: 48, source: "declared" },
      maxParallel: 4,
      pricePerMtok: 0.1,
      tags: ["big"],
      routable: true,
    });
    expect(fleet.instances[0]?.client.instance.key).toBe("secret");
    await fleet.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("starts with the poll intervals of earlier versions in its file, and ignores them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "discovery-"));
  const file = join(folder, "bridge.yaml");
  writeFileSync(file, "discovery: { scan_local: false, poll: { idle_ms: 100, anything: else } }\n");
  const settings = await loadSettings({ env: {}, configPath: file });
  rmSync(folder, { recursive: true });
  await createFleet(settings).close();
  expect(settings.retired).toEqual(["discovery.poll"]);
});

it.each([
  ["ports", "discovery: { ports: 1-99999 }"],
  ["hosts and networks", "discovery: { allow_networks: [10.0.0.0/99] }"],
  ["addresses", "instances: [{ name: a, url: 'ftp://x' }]"],
  ["keys", "instances: [{ name: a, url: b, nmae: c }]"],
])("refuses wrong %s with file, line and key", async (_what, text) => {
  const folder = mkdtempSync(join(tmpdir(), "discovery-"));
  const file = join(folder, "bridge.yaml");
  writeFileSync(file, text);
  try {
    const settings = await loadSettings({ env: {}, configPath: file });
    expect(() => createFleet(settings)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(`${file}:1`) }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
