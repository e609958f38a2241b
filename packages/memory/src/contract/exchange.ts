import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { TransferEntry } from "../entry.ts";
import type { MemoryStore } from "../sql/memory-store.ts";
import { forgottenKeys, pendingRows, removeRow, retarget, takeLease } from "../sql/outbox.ts";
import { type ContractCase, entry } from "./contract-case.ts";

async function everything(store: MemoryStore, namespace: string): Promise<TransferEntry[]> {
  const all: TransferEntry[] = [];
  for await (const each of store.export(namespace)) all.push(each);
  return all;
}

/** What goes to an external memory, and in and out of files. */
export const exchangeContract: ContractCase[] = [
  {
    name: "queues every write for an external memory, once a key and in order",
    async run(store, namespace) {
      const target = `target of ${namespace}`;
      const rows = async (which = target) =>
        (await pendingRows(store.sql, which, 100)).map(({ key, action }) => `${action} ${key}`);
      const entries = store.entries(namespace);
      await entries.set("before", entry("known to nobody else"));
      store.announce = () => ({ to: target });
      await entries.set("one", entry("1"));
      await entries.set("two", entry("2"), 5);
      await entries.set("one", entry("1 again"));
      assert.deepEqual(await rows(), ["put two", "put one"]);
      // Whoever changes it: the one who was told of the entry hears of it.
      store.announce = () => ({});
      await entries.delete("one");
      while ((await entries.get("two")) !== undefined) await sleep(1);
      assert.deepEqual([...(await forgottenKeys(store.sql, namespace))].sort(), ["one", "two"]);
      await store.removeExpired();
      assert.deepEqual(await rows(), ["forget one", "forget two"]);
      await retarget(store.sql, target, `${target} moved`);
      assert.deepEqual([await rows(), await rows(`${target} moved`)], [[], ["forget one", "forget two"]]);
      // The copy of ours that delivers into the same store is no news; a process without an external memory is.
      store.announce = () => ({ to: target });
      await entries.set("three", entry("3"));
      for (const { id } of await pendingRows(store.sql, target, 100)) await removeRow(store.sql, id);
      store.announce = () => "nobody";
      await entries.set("three", entry("3"));
      assert.deepEqual(await rows(), []);
      store.announce = () => ({});
      await entries.set("three", entry("3 again"));
      assert.deepEqual(await rows(), ["put three"]);
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
