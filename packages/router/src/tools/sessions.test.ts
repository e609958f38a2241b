import { expect, test } from "vitest";
import { startRouter } from "../../test/router-server.ts";

const here = { name: "here", answer: "here" };

test("sessions are listed with what holds for them, in their namespace alone", async () => {
  const { client } = await startRouter([{ models: [here] }]);
  const say = (args: object) => client.callTool("route_request", { prompt: "hi", ...args });
  await say({ session_id: "open" });
  await say({ session_id: "closed", privacy: "local_only" });
  const listed = await client.callTool("sessions", {});
  expect(listed.structuredContent?.data).toEqual({
    sessions: expect.arrayContaining([
      { session_id: "open", turns: 1, privacy: "any", updated_at: expect.any(String) },
      { session_id: "closed", turns: 1, privacy: "local_only", updated_at: expect.any(String) },
    ]),
  });
  expect(listed.content[0]?.text).toMatch(/- closed: 1 turn, .*local_only/);
  const elsewhere = await client.callTool("sessions", { namespace: "another" });
  expect(elsewhere.structuredContent?.data).toEqual({ sessions: [] });
});
