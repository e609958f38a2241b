import assert from "node:assert/strict";
import { findNewest, findWords } from "../store/search-sql.ts";
import { dropOtherDimensions, findNearest, saveVector, unembedded } from "../store/vectors.ts";
import { type ContractCase, entry, filter, found, keysOf, newest, START } from "./contract-case.ts";

/** Finding by words, time and meaning. */
export const searchContract: ContractCase[] = [
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
      assert.deepEqual(await keysOf(store, second.hits), ["key 3", "key 2", "key 1", "key 0"]);
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
        return { total, keys: await keysOf(store, hits), best: hits[0]?.score ?? 0 };
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
];
