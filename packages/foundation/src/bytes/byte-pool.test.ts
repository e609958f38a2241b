import { expect, test } from "vitest";
import { BytePool } from "./byte-pool.ts";

test("budgets share what is beyond their own", () => {
  const pool = new BytePool(100, 10);
  const large = pool.budget();
  expect(large.take(80)).toBe(80);
  const other = pool.budget();
  expect(other.take(60)).toBe(40);
  expect(large.take(5)).toBe(0);
  expect(pool.budget().take(20)).toBe(10);
});

test("what is released can be taken again, and a released budget takes nothing", () => {
  const pool = new BytePool(100, 10);
  const first = pool.budget();
  first.take(110);
  first.release();
  first.release();
  expect(first.take(1)).toBe(0);
  const second = pool.budget();
  expect(second.take(200)).toBe(110);
});
