import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type ContractCase, entry, found, newest } from "./contract-case.ts";

/** Keeping, reading and forgetting. */
export const entriesContract: ContractCase[] = [
  {
    name: "gives back what it was given, whatever the key and the text",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      const names = [
        "../../etc/x",
        "C:\\con",
        "a\0b",
        "\x01",
        "鍵 🔑",
        "'; DROP TABLE memory_entries; --",
        "x".repeat(512),
        " ",
      ];
      for (const name of names) {
        const given = entry(`${name}\0\x01 "quoted" ${"🦙".repeat(100)}`, {
          tags: ["a b", "ü"],
          metadata: { deep: { list: [1, name] } },
        });
        await entries.set(name, given);
        const { value, metadata, tags } = (await entries.get(name)) ?? {};
        assert.deepEqual({ value, metadata, tags }, given);
      }
      assert.deepEqual((await newest(store, namespace)).sort(), [...names].sort());
      const largest = entry("é".repeat(524_288));
      await entries.set("largest", largest);
      assert.equal((await entries.get("largest"))?.value, largest.value);
    },
  },
  {
    name: "keeps the moment of creation when an entry is rewritten, and moves it to the front",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      await store.import([
        { ...entry("first"), namespace, key: "one", createdAtMs: 1_000, updatedAtMs: 2_000 },
      ]);
      await entries.set("two", entry("second"));
      const before = await entries.get("one");
      await entries.set("one", entry("third", { tags: ["new"] }));
      const after = await entries.get("one");
      assert.deepEqual([before?.createdAtMs, after?.createdAtMs], [1_000, 1_000]);
      assert.ok((after?.updatedAtMs ?? 0) > (before?.updatedAtMs ?? 0));
      assert.deepEqual(await found(store, namespace, "first"), []);
      assert.deepEqual(await found(store, namespace, "third"), ["one"]);
      assert.deepEqual(await newest(store, namespace, { tags: ["new"] }), ["one"]);
    },
  },
  {
    name: "forgets: it is not read, not found, not listed, and gone only once",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      await entries.set("secret", entry("the treasure is under the oak", { tags: ["map"] }));
      assert.equal(await entries.delete("secret"), true);
      assert.equal(await entries.delete("secret"), false);
      assert.equal(await entries.get("secret"), undefined);
      assert.deepEqual(await found(store, namespace, "treasure"), []);
      assert.deepEqual(await newest(store, namespace, { tags: ["map"] }), []);
    },
  },
  {
    name: "lets entries run out",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      await entries.set("short", entry("ephemeral words"), 1);
      await entries.set("long", entry("ephemeral words"), 60_000);
      while ((await entries.get("short")) !== undefined) await sleep(1);
      assert.deepEqual(await found(store, namespace, "ephemeral"), ["long"]);
      assert.deepEqual(await newest(store, namespace), ["long"]);
      assert.equal(await entries.delete("short"), false);
      const old = {
        ...entry("made long ago"),
        namespace,
        key: "old",
        createdAtMs: 1_000,
        expiresAtMs: 2_000,
      };
      await store.import([old]);
      await entries.set("old", entry("made anew"));
      assert.ok(((await entries.get("old"))?.createdAtMs ?? 0) > 2_000);
    },
  },
  {
    name: "keeps namespaces apart",
    async run(store, namespace) {
      const other = `${namespace} other`;
      await store.entries(namespace).set("key", entry("apples here"));
      await store.entries(other).set("key", entry("apples there"));
      await store.entries(other).set("more", entry("apples elsewhere"));
      assert.deepEqual(await found(store, namespace, "apples"), ["key"]);
      assert.deepEqual(await newest(store, namespace), ["key"]);
      assert.deepEqual(await store.keys(other, "m", 10), ["more"]);
      assert.deepEqual(await store.namespaces(namespace, 10), [namespace, other]);
      assert.equal((await store.entries(namespace).get("key"))?.value, "apples here");
    },
  },
];
