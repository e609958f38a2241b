import type { LoadedModel, ModelSummary } from "@ollama-bridge/core-client";
import { expect, it } from "vitest";
import { fingerprint, installedModels, loadedModels } from "./installed-models.ts";

const summary = (name: string, more: Partial<ModelSummary> = {}): ModelSummary => ({
  name,
  modified_at: "2026-11-21T09:28:36.458817098Z",
  size: 98_363_050,
  digest: "d",
  details: { family: "llama", parameter_size: "134.52M", quantization_level: "Q4_1", context_length: 8192 },
  ...more,
});

it("takes from the list what it tells, and from the model's own description what the list leaves out", () => {
  const facts = new Map([["d", { capabilities: ["vision"], contextLength: 4096 }]]);
  const models = installedModels(
    [summary("new", { capabilities: ["completion"] }), summary("old:1b", { details: {} })],
    facts,
  );
  expect(models.get("new:latest")).toEqual({
    name: "new:latest",
    digest: "d",
    sizeBytes: 98_363_050,
    capabilities: ["completion", "vision"],
    contextLength: 8192,
    parameterSize: "134.52M",
    quantization: "Q4_1",
    family: "llama",
    cloud: false,
  });
  expect(models.get("old:1b")).toMatchObject({ capabilities: ["vision"], contextLength: 4096 });
});

const capabilities = ["completion"];
it.each([
  [summary("gpt-oss:120b-cloud"), true],
  [summary("glm-5:cloud"), true],
  [summary("mine-cloud"), true],
  [summary("GLM-5:Cloud", { capabilities }), true],
  [summary("mine", { remote_host: "https://ollama.com" }), true],
  [summary("mine", { remote_model: "glm-5", capabilities }), true],
  [summary("cloud-watcher:7b", { capabilities }), false],
  [summary("cloud-watcher:7b"), undefined],
])("knows a pointer to the cloud: %o", (entry, cloud) => {
  expect([...installedModels([entry], new Map()).values()][0]?.cloud).toBe(cloud);
});

it("knows a copy of a pointer by its digest, and what the server said of a digest", () => {
  const copies = [summary("glm-5:cloud"), summary("mine", { capabilities })];
  expect(installedModels(copies, new Map()).get("mine:latest")?.cloud).toBe(true);
  const told = (cloud: boolean) => installedModels([summary("mine")], new Map([["d", { cloud }]]));
  expect(told(true).get("mine:latest")?.cloud).toBe(true);
  expect(told(false).get("mine:latest")?.cloud).toBe(false);
});

it("moves the end of a loaded model to the monotonic clock, whatever the wall clock says", () => {
  const entry: LoadedModel = {
    name: "phi4",
    digest: "d",
    size: 10,
    size_vram: 10,
    expires_at: new Date(1_000_000 + 60_000).toISOString(),
  };
  expect(loadedModels([entry], { nowMs: 5, wallMs: 1_000_000 }).get("phi4:latest")?.expiresAtMs).toBe(60_005);
  const never = loadedModels([{ ...entry, expires_at: undefined }], { nowMs: 5, wallMs: 0 });
  expect(never.get("phi4:latest")?.expiresAtMs).toBe(Number.POSITIVE_INFINITY);
});

it("tells contents apart by version, digest and time, and knows nothing of empty servers", () => {
  const contents = fingerprint("1", [summary("a"), summary("b")]);
  expect(fingerprint("1", [summary("b"), summary("a")])).toBe(contents);
  expect(fingerprint("2", [summary("a"), summary("b")])).not.toBe(contents);
  expect(fingerprint("1", [summary("a"), summary("b", { modified_at: "2026-11-22T00:00:00Z" })])).not.toBe(
    contents,
  );
  expect(fingerprint("1", [])).toBeUndefined();
});
