import { expect, test } from "vitest";
import { AnswerStore } from "./answer-store.ts";
import { localUser, type Principal } from "./principal.ts";

const ada: Principal = { kind: "session", id: "ada" };
const bob: Principal = { kind: "session", id: "bob" };

function kept(store: AnswerStore, principal: Principal, ids: string[]): string[] {
  return ids.filter((id) => {
    try {
      store.read(principal, id);
      return true;
    } catch {
      return false;
    }
  });
}

test("an answer opens for its principal only", () => {
  const store = new AnswerStore();
  store.keep(ada, "req_1", { text: "the whole of it" });
  expect(store.read(ada, "req_1")).toBe('{"text":"the whole of it"}');
  for (const other of [bob, localUser])
    expect(() => store.read(other, "req_1")).toThrow(expect.objectContaining({ code: "VALIDATION_ERROR" }));
});

test("the last 50 of each principal are kept, whatever others do", () => {
  const store = new AnswerStore();
  const ids = Array.from({ length: 60 }, (_, index) => `req_${index}`);
  store.keep(ada, "req_a", { text: "hers" });
  for (const id of ids) store.keep(bob, id, { text: "his" });
  expect(kept(store, bob, ids)).toEqual(ids.slice(10));
  expect(store.read(ada, "req_a")).toBe('{"text":"hers"}');
});

test("where all together are too large, who holds the most loses the oldest", () => {
  const store = new AnswerStore(110);
  store.keep(ada, "req_a", { text: "x".repeat(30) });
  for (const id of ["req_1", "req_2", "req_3"])
    expect(store.keep(bob, id, { text: "x".repeat(30) })).toBe(true);
  expect(kept(store, bob, ["req_1", "req_2", "req_3"])).toEqual(["req_2", "req_3"]);
  expect(kept(store, ada, ["req_a"])).toEqual(["req_a"]);
});

test("sizes are counted in bytes, and what cannot be kept is said", () => {
  const store = new AnswerStore(110);
  expect(store.keep(ada, "req_1", { text: "好".repeat(55) })).toBe(false);
  expect(store.keep(ada, "req_2", { text: "好".repeat(50) })).toBe(true);
  expect(kept(store, ada, ["req_1", "req_2"])).toEqual(["req_2"]);
});

test("what is forgotten makes room", () => {
  const store = new AnswerStore(110);
  store.keep(ada, "req_1", { text: "x".repeat(60) });
  store.forget(ada);
  store.keep(bob, "req_2", { text: "x".repeat(30) });
  store.keep(bob, "req_3", { text: "x".repeat(70) });
  expect(kept(store, bob, ["req_2", "req_3"])).toEqual(["req_2", "req_3"]);
  expect(kept(store, ada, ["req_1"])).toEqual([]);
});
