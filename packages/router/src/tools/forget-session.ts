import { parameters } from "@ollama-bridge/core-client/tools";
import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { RouterDependencies } from "../router-dependencies.ts";
import { sessionId } from "./route-parameters.ts";

export const forgetSession = defineTool({
  name: "forget_session",
  title: "Forget a session",
  description:
    "Removes a conversation that route_request kept under a session_id, with all that was said in it. It cannot be brought back. For the ids use sessions.",
  input: z.strictObject({
    session_id: sessionId.describe("Id of the session"),
    namespace: parameters.name.optional().describe("Namespace; default: the project folder's name"),
  }),
  data: () => z.strictObject({ forgotten: z.boolean().describe("Whether there was one") }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  text: ({ forgotten }) => (forgotten ? "Forgotten." : "There is no such session."),
  async handler(
    { session_id: id, namespace }: { session_id: string; namespace?: string | undefined },
    { dependencies, principal }: ToolContext<RouterDependencies>,
  ) {
    const forgotten = await dependencies.router.conversations.forget({ principal, sessionId: id, namespace });
    return { data: { forgotten } };
  },
});
