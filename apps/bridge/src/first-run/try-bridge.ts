import colors from "picocolors";
import { packageName } from "../bridge-info.ts";
import { connectToSelf, type ToolAnswer } from "./connect-to-self.ts";
import { EngineProgressLine } from "./engine-progress-line.ts";
import { type FoundOllama, findOllama } from "./find-ollama.ts";
import { runSteps, type Step, steps } from "./steps.ts";

const print = (line = "") => process.stdout.write(`${line}\n`);

/** The command `try`: resolves to the exit code, 0 only if every step was answered. */
export async function tryBridge({ engine = false }: { engine?: boolean }): Promise<number> {
  print(colors.bold("Ollama Bridge: a first run\n"));
  const progress = new EngineProgressLine(process.stdout);
  const found = await findOllama(engine, {
    engineStarts: (why) => print(`${why}, so the embedded engine starts.`),
    engineProgress: (state) => progress.show(state),
  });
  progress.end();
  try {
    return await runOn(found);
  } finally {
    await found.engine?.close();
  }
}

async function runOn({ url, version, engine }: FoundOllama): Promise<number> {
  print(`Ollama ${version} at ${url}${engine ? " (embedded engine)" : ""}`);
  if (engine) {
    print(
      colors.dim(
        "Its model has 135 million parameters: it shows that everything works, and answers like one.",
      ),
    );
  }
  const connection = await connectToSelf({ OLLAMA_BASE_URL: url });
  try {
    print(`Connected to itself over stdio: ${connection.toolNames.length} tools\n`);
    const failed = await runSteps(connection, printStep);
    if (failed > 0) {
      print(colors.red(`${failed} of ${steps.length} steps failed.`));
      return 1;
    }
    print(colors.green(`All ${steps.length} steps worked.`));
    print(`Give it to Claude Code:  claude mcp add ollama -- npx -y ${packageName}`);
    return 0;
  } finally {
    await connection.close();
  }
}

function printStep(step: Step, answer: ToolAnswer): void {
  const { model } = answer.data;
  const { instance } = answer.details;
  const facts = [step.tool, model && `model ${model}`, instance && `instance ${instance}`, `${answer.ms} ms`];
  print(`${colors.cyan("?")} ${colors.bold(step.question)}`);
  const text = answer.isError ? colors.red(answer.text) : step.shown(answer);
  print(text.replace(/^/gm, "  "));
  print(colors.dim(`  ${facts.filter(Boolean).join(" · ")}\n`));
}
