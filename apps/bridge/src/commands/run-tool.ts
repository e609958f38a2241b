import { visible } from "@ollama-bridge/foundation";
import { bindTools, callTool, createLogger, loadSettings, localUser } from "@ollama-bridge/server-kit";
import colors from "picocolors";
import { configSections } from "../config-sections.ts";
import { createToolsets } from "../toolsets.ts";
import type { ConfigFlags } from "./name-untrusted.ts";
import { ProgressLine } from "./progress-line.ts";

/**
 * Calls one tool in this process and prints its answer: text, or the whole envelope as JSON. Where it stands is told
 * on stderr. Resolves to the exit code; Ctrl-C cancels the call at Ollama.
 */
export async function runToolForPerson(
  name: string,
  args: object,
  { json = false, config, trustProject }: ConfigFlags & { json?: boolean },
): Promise<number> {
  const settings = await loadSettings({
    env: process.env,
    configPath: config,
    trustProject,
    sections: configSections,
  });
  const toolsets = createToolsets(settings);
  const bound = bindTools(toolsets).find(({ tool }) => tool.name === name);
  if (bound === undefined) throw new Error(`the bridge has no tool ${name}`);
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  const progress = new ProgressLine(process.stderr);
  try {
    const {
      envelope,
      text,
      notes = [],
    } = await callTool(bound, args, {
      signal: controller.signal,
      log: createLogger("error"),
      overHttp: false,
      principal: localUser,
      notify: async (update) => progress.show(update),
    });
    progress.clear();
    const failed = envelope.status === "error";
    if (json) process.stdout.write(`${visible(JSON.stringify(envelope, null, 2))}\n`);
    else if (failed) process.stderr.write(`${colors.red(visible(text))}\n`);
    else {
      process.stdout.write(`${visible(text)}\n`);
      for (const note of notes) process.stderr.write(`${colors.dim(visible(note))}\n`);
    }
    return failed ? 1 : 0;
  } finally {
    await Promise.all(toolsets.map((toolset) => toolset.close()));
  }
}
