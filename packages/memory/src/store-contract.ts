import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Entry, TransferEntry } from "./entry.ts";
import { queryWords } from "./search/words.ts";
import type { MemoryStore } from "./sql/memory-store.ts";
import { forgottenKeys, pendingRows, retarget, takeLease } from "./sql/outbox.ts";
import { entriesOf, type Filter, findNewest, findWords } from "./sql/search-sql.ts";
import { dropOtherDimensions, findNearest, saveVector, unembedded } from "./sql/vectors.ts";

/** One thing that every store owes. `namespace` is the case's own; `target` and `model` too. */
export interface ContractCase {
  name: string;
  run(store: MemoryStore, namespace: string): Promise<void>;
}

const entry = (value: string, more: Partial<Entry> = {}): Entry => ({
  value,
  metadata: {},
  tags: [],
  ...more,
});
const filter = (namespace: string, more: Partial<Filter> = {}): Filter => ({ namespace, tags: [], ...more });
const START = { offset: 0 };

async function found(store: MemoryStore, namespace: string, query: string, more: Partial<Filter> = {}) {
  const page = await findWords(store.sql, filter(namespace, more), queryWords(query), {
    offset: 0,
    limit: 100,
  });
  const entries = await entriesOf(
    store.sql,
    page.hits.map(({ id }) => id),
  );
  return page.hits.map(({ id }) => entries.get(id)?.key);
}

async function newest(store: MemoryStore, namespace: string, more: Partial<Filter> = {}) {
  const page = await findNewest(store.sql, filter(namespace, more), START, 100);
  const entries = await entriesOf(
    store.sql,
    page.hits.map(({ id }) => id),
  );
  return page.hits.map(({ id }) => entries.get(id)?.key);
}

async function everything(store: MemoryStore, namespace: string): Promise<TransferEntry[]> {
  const all: TransferEntry[] = [];
  for await (const each of store.export(namespace)) all.push(each);
  return all;
}

/** What both stores pass: run each case with a store, which may be the same, and a namespace of its own. */
export const storeContract: ContractCase[] = [
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
      await entries.set("one", entry("first"));
      await entries.set("two", entry("second"));
      const before = await entries.get("one");
      await entries.set("one", entry("third", { tags: ["new"] }));
      const after = await entries.get("one");
      assert.equal(after?.createdAtMs, before?.createdAtMs);
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
      await entries.set("short", entry("once more"));
      assert.equal((await entries.get("short"))?.value, "once more");
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
  {
    name: "takes a search for words, whatever operators and quotes are in it",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      await entries.set("rust", entry("Tokio is an async runtime for Rust"));
      await entries.set("quotes", entry('He said "hello AND goodbye" (twice), OR so'));
      await entries.set("path", entry("see src/server/http.ts, column:value, GET /users/{id}"));
      const nothing = ["", "   ", '"', "'", "*", "()", "AND(", "^-:", "\\", "🤷"];
      for (const query of nothing.slice(2))
        assert.ok(Array.isArray(await found(store, namespace, query)), query);
      for (const query of [
        "rust AND tokio",
        '"tokio" NEAR(rust',
        "tokio*",
        "-rust",
        "{rust} : tokio",
        "rust' OR '1'='1",
        "RÜST tokio",
      ])
        assert.equal((await found(store, namespace, query))[0], "rust", query);
      for (const query of ['"hello AND goodbye"', 'said "hello', "goodbye) OR"])
        assert.equal((await found(store, namespace, query))[0], "quotes", query);
      for (const query of ["http.ts", "column:value", "/users/{id}", "src/server"])
        assert.deepEqual(await found(store, namespace, query), ["path"], query);
    },
  },
  {
    name: "finds words in other forms, accents, scripts without spaces, keys and tags",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      await entries.set("caching-strategy", entry("We cache answers for an hour"));
      await entries.set("crème", entry("Crème brûlée, größer als gedacht"));
      await entries.set("kyoto", entry("東京から京都まで新幹線で行く", { tags: ["旅行"] }));
      await entries.set("tagged", entry("nothing to see", { tags: ["architecture"] }));
      assert.deepEqual(await found(store, namespace, "cached answer"), ["caching-strategy"]);
      assert.deepEqual(await found(store, namespace, "strategies"), ["caching-strategy"]);
      assert.deepEqual(await found(store, namespace, "creme BRULEE"), ["crème"]);
      assert.deepEqual(await found(store, namespace, "京都"), ["kyoto"]);
      assert.deepEqual(await found(store, namespace, "architecture"), ["tagged"]);
      assert.deepEqual(await found(store, namespace, "archit zebra"), ["tagged"]);
    },
  },
  {
    name: "ranks what fits better first, and prefers entries with all of the words",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      await entries.set("other", entry(`postgres ${"and many other words ".repeat(50)}`));
      await entries.set("postgres", entry("how we tune it: postgres vacuum, postgres memory"));
      await entries.set("mysql", entry("mysql vacuum"));
      assert.deepEqual(await found(store, namespace, "postgres"), ["postgres", "other"]);
      assert.deepEqual(await found(store, namespace, "postgres vacuum"), ["postgres"]);
      assert.equal((await found(store, namespace, "postgres unicorn")).length, 2);
    },
  },
  {
    name: "confines a search to tags and times, and counts what fits",
    async run(store, namespace) {
      const at = (day: number) => Date.UTC(2026, 0, day);
      await store.import(
        [1, 2, 3, 4].map((day) => ({
          ...entry("daily report", { tags: day % 2 === 0 ? ["even", "day"] : ["day"] }),
          namespace,
          key: `day ${day}`,
          createdAtMs: at(day),
          updatedAtMs: at(day),
        })),
      );
      assert.deepEqual(await newest(store, namespace), ["day 4", "day 3", "day 2", "day 1"]);
      assert.deepEqual(await newest(store, namespace, { tags: ["even", "day"] }), ["day 4", "day 2"]);
      assert.deepEqual(await newest(store, namespace, { sinceMs: at(2), untilMs: at(3) }), [
        "day 3",
        "day 2",
      ]);
      assert.deepEqual(await found(store, namespace, "report", { tags: ["even"], untilMs: at(2) }), [
        "day 2",
      ]);
      const { hits, total } = await findWords(store.sql, filter(namespace), ["report"], {
        offset: 1,
        limit: 2,
      });
      assert.deepEqual([hits.length, total], [2, 4]);
    },
  },
  {
    name: "pages through a list by time without a gap while entries are added",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      for (let index = 0; index < 7; index++) await entries.set(`key ${index}`, entry("text"));
      const first = await findNewest(store.sql, filter(namespace), START, 3);
      await entries.set("added", entry("text"));
      const second = await findNewest(store.sql, filter(namespace), { offset: 3, after: first.last }, 10);
      const keys = await entriesOf(
        store.sql,
        second.hits.map(({ id }) => id),
      );
      assert.deepEqual(
        second.hits.map(({ id }) => keys.get(id)?.key),
        ["key 3", "key 2", "key 1", "key 0"],
      );
      assert.deepEqual([first.total, second.total], [7, 8]);
    },
  },
  {
    name: "compares vectors of one model only, and makes them anew for another or for a new text",
    async run(store, namespace) {
      const entries = store.entries(namespace);
      const model = `model of ${namespace}`;
      const missing = async (which: string) =>
        (await unembedded(store.sql, which, 10_000)).filter(({ text }) => text.startsWith("vector "));
      await entries.set("vector east", entry("east"));
      await entries.set("vector north", entry("north"));
      for (const each of await missing(model))
        await saveVector(store.sql, model, each, each.text.includes("east") ? [2, 0, 0] : [0, 3, 0]);
      assert.deepEqual(await missing(model), []);
      const near = async (which = model) => {
        const { hits, total } = await findNearest(store.sql, filter(namespace), which, [1, 0.1, 0], {
          offset: 0,
          limit: 10,
        });
        const known = await entriesOf(
          store.sql,
          hits.map(({ id }) => id),
        );
        return { total, keys: hits.map(({ id }) => known.get(id)?.key), best: hits[0]?.score ?? 0 };
      };
      const { keys, total, best } = await near();
      assert.deepEqual([keys, total], [["vector east", "vector north"], 2]);
      assert.ok(best > 0.99 && best <= 1.000001);
      assert.equal((await near("another model")).total, 0);
      assert.equal((await missing("another model")).length, 2);
      const [stale] = await missing("another model");
      await entries.set("vector east", entry("west now"));
      await saveVector(store.sql, model, stale as NonNullable<typeof stale>, [1, 0, 0]);
      assert.deepEqual((await near()).keys, ["vector north"]);
      await dropOtherDimensions(store.sql, model, 4);
      assert.equal((await missing(model)).length, 2);
    },
  },
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
      assert.deepEqual([...(await forgottenKeys(store.sql, namespace, ["one", "two", "before"]))].sort(), [
        "one",
        "two",
      ]);
      await store.removeExpired();
      assert.deepEqual(await rows(), ["forget one", "forget two"]);
      await retarget(store.sql, target, `${target} moved`);
      assert.deepEqual([await rows(), await rows(`${target} moved`)], [[], ["forget one", "forget two"]]);
      // The copy of ours that delivers into the same store is no news.
      store.announce = () => ({ to: target });
      await entries.set("three", entry("3"));
      store.announce = () => "nobody";
      await entries.set("three", entry("3"));
      assert.equal((await rows()).length, 1);
      store.announce = () => ({});
    },
  },
  {
    name: "lets one process at a time deliver to an external memory",
    async run(store, namespace) {
      assert.equal(await takeLease(store.sql, namespace, "first"), true);
      assert.equal(await takeLease(store.sql, namespace, "second"), false);
      assert.equal(await takeLease(store.sql, namespace, "first"), true);
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
