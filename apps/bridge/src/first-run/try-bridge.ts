import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { visible, visibleLine } from "@ollama-bridge/foundation";
import colors from "picocolors";
import { packageName } from "../bridge-info.ts";
import type { ConfigFlags } from "../commands/name-untrusted.ts";
import { ProgressLine } from "../commands/progress-line.ts";
import { connectToSelf, type ToolAnswer } from "./connect-to-self.ts";
import { type FoundOllama, findOllama } from "./find-ollama.ts";
import { firstRunSettings } from "./first-run-settings.ts";
import { runSteps } from "./run-steps.ts";
import type { Step } from "./steps.ts";

const print = (line = "") => process.stdout.write(`${line}\n`);

/** The command `try`: resolves to the exit code, 0 only if every step was answered. */
export async function tryBridge({
  engine = false,
  ...flags
}: ConfigFlags & { engine?: boolean }): Promise<number> {
  print(colors.bold("Ollama Bridge: a first run\n"));
  const progress = new ProgressLine(process.stdout);
  const found = await findOllama(engine, {
    engineStarts: (why) => print(`${why}, so the embedded engine starts.`),
    engineProgress: ({ phase, completedBytes, totalBytes }) =>
      progress.show({ message: phase, progress: completedBytes, total: totalBytes }),
  });
  progress.clear();
  // What a first run remembers is of no use later, and nobody's own memory is touched.
  const memoryFolder = await mkdtemp(join(tmpdir(), "ollama-bridge-try-"));
  try {
    return await runOn(found, memoryFolder, flags);
  } finally {
    await Promise.all([found.engine?.close(), rm(memoryFolder, { recursive: true, force: true })]);
  }
}

async function runOn(found: FoundOllama, memoryFolder: string, flags: ConfigFlags): Promise<number> {
  const { url, version, engine } = found;
  print(visibleLine(`Ollama ${version} at ${url}${engine ? " (embedded engine)" : ""}`));
  if (engine) {
    print(
      colors.dim(
        "Its model has 135 million parameters: it shows that everything works, and answers like one.",
      ),
    );
  }
  print(
    "Everything below goes through the protocol: this program, started as a server and connected to over stdio.\n",
  );
  const { env, category } = await firstRunSettings(found, memoryFolder, flags);
  const { answered, failed, leftOut } = await runSteps(() => connectToSelf(env), category, printStep);
  for (const { tool, models } of leftOut)
    print(colors.yellow(`${tool} was left out: it needs ${models} installed models.`));
  if (failed > 0 || answered === 0) {
    print(colors.red(`${failed} of ${failed + answered} steps failed.`));
    return 1;
  }
  print(colors.green(`All ${answered} steps were answered.`));
  if (leftOut.length > 0) {
    print("Pull a model, for example: ollama pull llama3.2");
    return 1;
  }
  print(`Give it to Claude Code:  claude mcp add ollama-bridge -- npx -y ${packageName}`);
  return 0;
}

function printStep(step: Step, answer: ToolAnswer): void {
  const { model } = answer.data;
  const instance = answer.data.instance ?? answer.details.instance;
  const facts = [step.tool, model && `model ${model}`, instance && `instance ${instance}`, `${answer.ms} ms`];
  print(`${colors.cyan("?")} ${colors.bold(step.question)}`);
  const text = visible(answer.text).trim();
  print((answer.isError ? colors.red(text) : text).replace(/^/gm, "  "));
  print(colors.dim(`  ${visibleLine(facts.filter(Boolean).join(" · "))}\n`));
}
