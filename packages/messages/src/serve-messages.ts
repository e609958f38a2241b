import { limitsSection } from "@ollama-bridge/core-client/config";
import { serveProgram } from "@ollama-bridge/server-kit";
import manifest from "../package.json" with { type: "json" };
import { createMessagesToolset, responsesSection } from "./messages-toolset.ts";

/** The server `ollama-messages`. */
export function main(): Promise<void> {
  return serveProgram({
    info: { name: "ollama-messages", title: "Ollama answers as messages", version: manifest.version },
    sections: [responsesSection, limitsSection],
    toolsets: (settings) => [createMessagesToolset(settings)],
  });
}
