import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { createTestOllama } from "./create-test-ollama.ts";
import { faultSchema } from "./faults/fault-script.ts";
import { optionsSchema } from "./kit.ts";
import { parseModels } from "./models/model-flag.ts";

const usage = "usage: test-ollama [--port PORT] [--models NAME:SIZE_GB:…,…] [--script FILE.json]";

const scriptSchema = z.strictObject({ ...optionsSchema.shape, faults: z.array(faultSchema).default([]) });

/** The command: serves until it is told to end, or until the process that forked it is gone. */
export async function main(args: string[]): Promise<void> {
  try {
    const { faults, ...options } = await readScript(args);
    const ollama = await createTestOllama(options);
    for (const fault of faults) ollama.inject(fault);
    for (const event of ["SIGINT", "SIGTERM", "disconnect"]) process.once(event, () => process.exit(0));
    process.stderr.write(`${ollama.url}\n`);
    process.send?.({ url: ollama.url });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    process.exitCode = 64;
  }
}

async function readScript(args: string[]): Promise<z.output<typeof scriptSchema>> {
  const { values } = parseArgs({
    args,
    options: { port: { type: "string" }, models: { type: "string" }, script: { type: "string" } },
  });
  const script = values.script ? JSON.parse(await readFile(values.script, "utf8")) : {};
  return scriptSchema.parse({
    ...script,
    ...(values.port ? { port: Number(values.port) } : {}),
    ...(values.models ? { models: parseModels(values.models) } : {}),
  });
}
