import { expect, test } from "vitest";
import { lookUpHost } from "./look-up-host.ts";

test("a name is asked for once at a time, and this machine's own name not at all", async () => {
  const first = lookUpHost("no-such-host.invalid");
  expect(lookUpHost("no-such-host.invalid")).toBe(first);
  expect((await lookUpHost("localhost")).map(({ address }) => address)).toEqual(["127.0.0.1", "::1"]);
  await expect(first).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
  const again = lookUpHost("no-such-host.invalid");
  expect(again).not.toBe(first);
  await again.catch(() => undefined);
});
