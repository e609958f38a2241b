import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { TextDecoder } from "node:util";
import {
  foundationErrors,
  invalidArgument,
  textEncoding,
  visible,
  visibleLine,
} from "@ollama-bridge/foundation";
import {
  createLogger,
  describeFlags,
  type FlagDefinitions,
  loadSettings,
  logSection,
  logUntrusted,
  parseFlags,
  projectNamespace,
} from "@ollama-bridge/server-kit";
import { memorySection } from "../config.ts";
import { driverHint } from "../driver-hint.ts";
import { announceTo, findExternal } from "../external/find-external.ts";
import { MAX_ENTRY_JSON_BYTES } from "../store/entry.ts";
import type { MemoryStore } from "../store/memory-store.ts";
import { openStore } from "../store/open-store.ts";
import { type Format, formats, fromLines, toLine } from "./json-lines.ts";

const flagDefinitions = {
  file: { type: "string", short: "f", description: "The file; default: standard output or input" },
  namespace: {
    type: "string",
    description: "export: only this namespace; import: for entries that name none",
  },
  format: {
    type: "string",
    description: "export: entries (default) or server-memory, the official server's file",
  },
  config: { type: "string", description: "Configuration file, instead of the one that would be found" },
  "trust-project": { type: "boolean", description: "Use addresses in a project's own files" },
  help: { type: "boolean", short: "h", description: "Show this help" },
} as const satisfies FlagDefinitions;

/** `export` writes entries as JSON Lines, `import` reads them; of one key the newer wins. */
export async function runTransfer(command: "export" | "import", args: string[]): Promise<void> {
  const flags = parseFlags(flagDefinitions, args);
  if (flags.help) {
    process.stdout.write(`ollama-bridge-memory ${command}\n\n${describeFlags(flagDefinitions)}\n`);
    return;
  }
  const format = formatOf(flags.format);
  const settings = await loadSettings({
    env: process.env,
    configPath: flags.config,
    trustProject: flags["trust-project"],
  });
  const memorySettings = settings.read(memorySection);
  const namespace = memorySettings.namespace ?? projectNamespace();
  const log = createLogger(settings.read(logSection).level);
  logUntrusted(settings);
  // What is taken in waits for the external memory, which a server then brings it to.
  const [external] = await findExternal(settings, memorySettings, log);
  const store = await openStore(settings, memorySettings, namespace, {
    log,
    announce: announceTo(external, process.env),
    driverHint: driverHint("memory"),
  });
  try {
    const done =
      command === "export"
        ? await write(
            store,
            flags.file ? createWriteStream(flags.file) : process.stdout,
            flags.namespace,
            format,
          )
        : await read(
            store,
            flags.file ? createReadStream(flags.file) : process.stdin,
            flags.namespace ?? namespace,
          );
    process.stderr.write(`${command}: ${done} entries, ${visibleLine(store.sql.location)}\n`);
  } finally {
    await store.close();
  }
}

function formatOf(text: string = "entries"): Format {
  const format = formats.find((each) => each === text);
  if (format !== undefined) return format;
  throw foundationErrors.create("CONFIG_INVALID", `--format ${text} is not one of ${formats.join(", ")}`);
}

async function write(
  store: MemoryStore,
  out: Writable,
  namespace: string | undefined,
  format: Format,
): Promise<number> {
  let count = 0;
  for await (const entry of store.export(namespace)) {
    if (!out.write(`${visible(toLine(entry, format))}\n`)) await once(out, "drain");
    count++;
  }
  // The process's own output is not ours to end.
  if (out !== process.stdout) await once(out.end(), "finish");
  return count;
}

async function read(store: MemoryStore, input: Readable, namespace: string): Promise<number> {
  return store.import(fromLines(linesOf(input), namespace));
}

/** Only a line feed ends a line of JSON Lines; `node:readline` also ends it at separators that JSON has inside its texts. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  let parts: string[] = [];
  let length = 0;
  for await (const text of textOf(input)) {
    const [end = "", ...lines] = text.split("\n");
    parts.push(end);
    length += end.length;
    for (const line of lines) {
      yield parts.join("");
      parts = [line];
      length = line.length;
    }
    if (length > MAX_ENTRY_JSON_BYTES)
      throw invalidArgument(
        "",
        `A line has more than ${MAX_ENTRY_JSON_BYTES} characters`,
        "Give a file of JSON Lines, with one entry per line.",
      );
  }
  if (length > 0) yield parts.join("");
}

/** A shell of Windows writes UTF-16 where another writes UTF-8. */
async function* textOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of input) {
    decoder ??= new TextDecoder(textEncoding(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
  if (decoder !== undefined) yield decoder.decode();
}
