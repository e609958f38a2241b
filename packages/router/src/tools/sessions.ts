import { parameters } from "@ollama-bridge/core-client/tools";
import { asData } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { sessionData } from "../conversations.ts";
import type { RouterDependencies } from "../router-dependencies.ts";

export const sessions = defineTool({
  name: "sessions",
  title: "List sessions",
  description:
    "Lists the conversations that route_request keeps under a session_id: turns, whether they stay on private machines, and when they were last used. To remove one use forget_session.",
  input: z.strictObject({
    namespace: parameters.name.optional().describe("Namespace; default: the project folder's name"),
  }),
  data: () => z.strictObject({ sessions: z.array(sessionData()).describe("The newest first") }),
  annotations: readOnlyHints,
  text: ({ sessions }) =>
    sessions
      .map(({ session_id, turns, privacy, updated_at }) =>
        [
          `- ${asData(session_id)}: ${turns} ${turns === 1 ? "turn" : "turns"}, ${updated_at ?? "time unknown"}`,
          privacy,
        ]
          .filter((part) => part !== "any")
          .join(", "),
      )
      .join("\n") || "No sessions.",
  async handler({ namespace }, { dependencies, principal }: ToolContext<RouterDependencies>) {
    return { data: { sessions: await dependencies.router.conversations.list(principal, namespace) } };
  },
});
