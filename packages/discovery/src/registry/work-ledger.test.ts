import fc from "fast-check";
import { expect, it, type Mock, vi } from "vitest";
import { WorkLedger } from "./work-ledger.ts";

const instances = ["1", "2"];
const models = ["a", "b", "c"];
const place = fc.record({ instance: fc.constantFrom(...instances), model: fc.constantFrom(...models) });
const command = fc.oneof(
  fc.record({ take: place }),
  fc.record({ release: fc.nat(), times: fc.integer({ min: 1, max: 3 }) }),
);

it("counts what is under way, is never negative and ends at zero, whatever the order", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const ledger = new WorkLedger();
      const taken: { place: { instance: string; model: string }; release(): void; released: Mock }[] = [];
      for (const each of commands) {
        if ("take" in each) {
          const released = vi.fn();
          const work = { ...each.take, startedMs: 0, expectedMs: 1 };
          taken.push({ place: each.take, released, ...ledger.take(work, released) });
        } else for (let time = 0; time < each.times; time++) taken[each.release % taken.length]?.release();
        for (const instance of instances) {
          const open = taken.filter(
            ({ place: at, released }) => at.instance === instance && !released.mock.calls.length,
          );
          expect(ledger.count(instance)).toBe(open.length);
          for (const model of models)
            expect(ledger.count(instance, model)).toBe(
              open.filter(({ place: at }) => at.model === model).length,
            );
        }
      }
      for (const { release } of taken) release();
      for (const { released } of taken) expect(released).toHaveBeenCalledOnce();
      for (const instance of instances) expect(ledger.at(instance)).toEqual([]);
    }),
  );
});

it("takes no expectation that is not a time", () => {
  const ledger = new WorkLedger();
  for (const expectedMs of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    const work = { instance: "1", model: "m", startedMs: 0, expectedMs };
    expect(ledger.take(work, () => undefined).expectedMs).toBe(0);
  }
});

it("says once that an instance is idle, at once where nothing is under way", () => {
  const ledger = new WorkLedger();
  const idle = vi.fn();
  ledger.onIdle("2", idle);
  expect(idle).toHaveBeenCalledOnce();
  const take = () => ledger.take({ instance: "1", model: "m", startedMs: 0, expectedMs: 1 }, () => undefined);
  const [first, second] = [take(), take()];
  ledger.onIdle("1", idle);
  first.release();
  expect(idle).toHaveBeenCalledOnce();
  second.release();
  take().release();
  expect(idle).toHaveBeenCalledTimes(2);
});
