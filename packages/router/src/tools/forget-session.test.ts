import { expect, test } from "vitest";
import { startRouter } from "../../test/router-server.ts";

test("a session that is forgotten begins anew, and is not listed", async () => {
  const { client, servers } = await startRouter([{ models: [{ name: "here" }] }]);
  const say = (prompt: string) => client.callTool("route_request", { prompt, session_id: "s" });
  await say("one");
  const forgotten = await client.callTool("forget_session", { session_id: "s" });
  expect(forgotten.structuredContent?.data).toEqual({ forgotten: true });
  const again = await client.callTool("forget_session", { session_id: "s" });
  expect(again.structuredContent?.data).toEqual({ forgotten: false });
  expect((await client.callTool("sessions", {})).structuredContent?.data).toEqual({ sessions: [] });
  await say("two");
  const messages = [{ role: "user", content: "two" }];
  expect(servers[0]?.counters.log.at(-1)?.body).toMatchObject({ messages });
});
