import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { TransferEntry } from "../store/entry.ts";
import type { MemoryStore } from "../store/memory-store.ts";
import {
  forgottenKeys,
  pendingRows,
  removeDelivered,
  retarget,
  takeLease,
  writtenEntry,
} from "../store/outbox.ts";
import { type ContractCase, entry } from "./contract-case.ts";

async function everything(store: MemoryStore, namespace: string): Promise<TransferEntry[]> {
  const all: TransferEntry[] = [];
  for await (const each of store.export(namespace)) all.push(each);
  return all;
}

/** What goes to an external memory, and in and out of files. */
export const exchangeContract: ContractCase[] = [
  {
    name: "queues every write and every forgetting for an external memory, in order and as it was written",
    async run(store, namespace) {
      const target = `target of ${namespace}`;
      const rows = async (which = target) =>
        Promise.all(
          (await pendingRows(store.sql, which, { limit: 100 })).map(async (row) => {
            const written = await writtenEntry(store.sql, row);
            return row.action === "put" ? `${row.key} = ${written?.value}` : `forget ${row.key}`;
          }),
        );
      const entries = store.entries(namespace);
      await entries.set("before", entry("known to nobody else"));
      store.announce = () => ({ to: target });
      await entries.set("one", entry("1", { tags: ["t"], metadata: { by: "me" } }));
      await entries.set("two", entry("2"), 5);
      await entries.set("one", entry("1 again"));
      const queued = ["one = 1", "two = 2", "one = 1 again"];
      assert.deepEqual(await rows(), queued);
      const [first, second] = await pendingRows(store.sql, target, { limit: 2 });
      assert.ok(first && second);
      const { updatedAtMs, createdAtMs, ...written } = (await writtenEntry(store.sql, first)) ?? {};
      assert.deepEqual(written, {
        ...entry("1", { tags: ["t"], metadata: { by: "me" } }),
        namespace,
        key: "one",
      });
      assert.equal(createdAtMs, updatedAtMs);
      assert.ok((await writtenEntry(store.sql, second))?.expiresAtMs);
      // Whoever changes it: the one who was told of the entry hears of it, and once.
      store.announce = () => ({});
      assert.equal(await store.forget(namespace, "one", target), true);
      assert.equal(await store.forget(namespace, "before", target), true);
      while ((await entries.get("two")) !== undefined) await sleep(1);
      assert.deepEqual([...(await forgottenKeys(store.sql, namespace))].sort(), ["before", "one", "two"]);
      await store.removeExpired();
      queued.push("forget one", "forget before", "forget two");
      assert.deepEqual(await rows(), queued);
      await retarget(store.sql, target, `${target} moved`);
      assert.deepEqual([await rows(), await rows(`${target} moved`)], [[], queued]);
      await retarget(store.sql, `${target} moved`, undefined);
      assert.deepEqual(await rows(`${target} moved`), []);
    },
  },
  {
    name: "lets go of what was taken, and of what was refused before it of the same key",
    async run(store, namespace) {
      store.announce = () => ({ to: namespace });
      const entries = store.entries(namespace);
      for (const [key, value] of [
        ["one", "refused"],
        ["other", "waits"],
        ["one", "taken"],
        ["one", "later"],
      ] as const)
        await entries.set(key, entry(value));
      const taken = (await pendingRows(store.sql, namespace, { limit: 3 }))[2];
      assert.ok(taken);
      await removeDelivered(store.sql, taken);
      const left = await pendingRows(store.sql, namespace, { limit: 100 });
      assert.deepEqual(
        left.map(({ key }) => key),
        ["other", "one"],
      );
      assert.equal(await writtenEntry(store.sql, taken), undefined);
      store.announce = () => ({});
    },
  },
  {
    name: "tells an external memory of a write by a process that has none, not of one by the copy that delivers",
    async run(store, namespace) {
      const rows = async () => (await pendingRows(store.sql, namespace, { limit: 100 })).length;
      const entries = store.entries(namespace);
      store.announce = () => ({ to: namespace });
      await entries.set("three", entry("3"));
      assert.equal(await rows(), 1);
      store.announce = () => "nobody";
      await entries.set("three", entry("3"));
      assert.equal(await rows(), 1);
      store.announce = () => ({});
      await entries.set("three", entry("3 again"));
      assert.equal(await rows(), 2);
    },
  },
  {
    name: "lets one process at a time deliver to an external memory",
    async run(store, namespace) {
      assert.equal(await takeLease(store.sql, namespace, "first"), true);
      assert.equal(await takeLease(store.sql, namespace, "second"), false);
      assert.equal(await takeLease(store.sql, namespace, "first"), true);
      const later = (ms: number) =>
        store.sql.rows("UPDATE memory_leases SET until_ms = until_ms + $1 WHERE target = $2", [
          ms,
          namespace,
        ]);
      await later(5_000); // taken by a machine whose clock is ahead
      assert.equal(await takeLease(store.sql, namespace, "second"), false);
      await later(3_600_000); // taken before the clock was set back
      assert.equal(await takeLease(store.sql, namespace, "second"), true);
    },
  },
  {
    name: "gives everything out and takes it in again: of one key the newer wins",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      for (let index = 0; index < 120; index++)
        await entries.set(`key ${index}`, entry(`text ${index}`, { tags: ["all"] }));
      const all = await everything(store, namespace);
      assert.equal(all.length, 120);
      await entries.set("key 0", entry("newer"));
      await entries.delete("key 1");
      assert.equal(await store.import(all), 1);
      assert.equal((await entries.get("key 0"))?.value, "newer");
      assert.equal((await everything(store, namespace)).length, 120);
      assert.equal(
        (await entries.get("key 1"))?.createdAtMs,
        all.find(({ key }) => key === "key 1")?.createdAtMs,
      );
    },
  },
  {
    name: "takes in an old file once",
    async run(store, namespace) {
      const old = { ...entry("from long ago"), namespace, key: "old", updatedAtMs: 1_000 };
      const name = `${namespace}.json`;
      await store.takeIn(name, old);
      await store.takeIn(name, { ...old, value: "again" });
      assert.equal((await store.entries(namespace).get("old"))?.value, "from long ago");
      assert.ok((await store.takenIn()).has(name));
    },
  },
];
