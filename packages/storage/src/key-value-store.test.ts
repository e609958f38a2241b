import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type KeyValueFile, openKeyValueStore } from "./key-value-store.ts";

let folder: string;
let store: KeyValueFile;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "storage-"));
  store = await openKeyValueStore(join(folder, "history.sqlite"));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

it("keeps values of one namespace apart from another's, over a restart", async () => {
  await store.namespace("a").set("key", { tokens: 12 });
  await store.namespace("b").set("key", "other");
  store.close();
  store = await openKeyValueStore(join(folder, "history.sqlite"));
  expect(await store.namespace("a").get("key")).toEqual({ tokens: 12 });
  await store.namespace("a").clear();
  expect(await store.namespace("a").get("key")).toBeUndefined();
  expect(await store.namespace("b").getMany(["key", "none"])).toEqual(["other", undefined]);
});

it("forgets a value whose time is over", async () => {
  const values = store.namespace<number>("a");
  await values.set("short", 1, 1_000);
  await values.set("long", 2, 60_000);
  vi.useFakeTimers({ now: Date.now() + 2_000, toFake: ["Date"] });
  expect(await values.get("short")).toBeUndefined();
  expect(await values.get("long")).toBe(2);
  vi.useRealTimers();
});

it("answers whether there was anything to delete", async () => {
  const values = store.namespace("a");
  await values.set("../../etc/x", 1);
  expect(await values.delete("../../etc/x")).toBe(true);
  expect(await values.delete("../../etc/x")).toBe(false);
});

it("throws where Keyv alone would answer undefined or false", async () => {
  const values = store.namespace("a");
  rmSync(join(folder, "history.sqlite"));
  await expect(values.get("key")).rejects.toMatchObject({ code: "MEMORY_BACKEND_ERROR" });
  await expect(values.set("key", 1)).rejects.toMatchObject({ code: "MEMORY_BACKEND_ERROR" });
  await expect(values.delete("key")).rejects.toMatchObject({ code: "MEMORY_BACKEND_ERROR" });
});
