import { onTestFinished } from "vitest";
import * as z from "zod";
import { createGuard } from "../src/http/guard.ts";
import { httpSection } from "../src/http/http-config.ts";
import { serveHttp } from "../src/http/serve-http.ts";
import { createLogger } from "../src/log/create-logger.ts";
import { createServerFactory, type ServerFactory } from "../src/serve/create-server.ts";
import { defineTool, readOnlyHints } from "../src/tool/tool.ts";

/** Calls of the tool `hold`, by name: each is under way until it is let go. */
export class Held {
  readonly #entered = new Map<string, PromiseWithResolvers<void>>();
  readonly #released = new Map<string, PromiseWithResolvers<void>>();
  readonly #aborted = new Map<string, PromiseWithResolvers<void>>();

  /** Resolves when the call is running. */
  entered = (name: string) => of(this.#entered, name).promise;
  /** Resolves when the call is told that its caller cancelled it. */
  aborted = (name: string) => of(this.#aborted, name).promise;
  letGo = (name: string) => of(this.#released, name).resolve();

  async hold(name: string, signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => of(this.#aborted, name).resolve(), { once: true });
    of(this.#entered, name).resolve();
    await of(this.#released, name).promise;
  }
}

function of(all: Map<string, PromiseWithResolvers<void>>, name: string): PromiseWithResolvers<void> {
  const one = all.get(name) ?? Promise.withResolvers<void>();
  all.set(name, one);
  return one;
}

const hold = defineTool({
  name: "hold",
  title: "Hold",
  description: "Answers when it is let go.",
  input: z.strictObject({ name: z.string() }),
  data: () => z.strictObject({ name: z.string() }),
  annotations: readOnlyHints,
  text: () => "let go",
  async handler({ name }, { dependencies, signal }: { dependencies: Held; signal: AbortSignal }) {
    await dependencies.hold(name, signal);
    return { data: { name } };
  },
});

const write = defineTool({
  name: "write",
  title: "Write",
  description: "Answers with much text.",
  input: z.strictObject({ about: z.string() }),
  data: () => z.strictObject({ text: z.string() }),
  annotations: readOnlyHints,
  text: ({ text }) => text,
  handler: async ({ about }) => ({ data: { text: `${about} `.repeat(20_000) } }),
});

export function heldFactory(): { factory: ServerFactory; held: Held } {
  const held = new Held();
  const factory = createServerFactory({
    info: { name: "held", title: "Held", version: "0.0.0" },
    toolsets: [{ name: "held", tools: [hold, write], dependencies: held, close: async () => undefined }],
    log: createLogger("error"),
  });
  return { factory, held };
}

/** A server over HTTP on a free loopback port, which ends with the test. */
export async function startHeldServer({ token, ...given }: { token?: string; max_calls?: number } = {}) {
  const { factory, held } = heldFactory();
  const address = { host: "127.0.0.1", port: 0 };
  const server = await serveHttp(factory, {
    address,
    settings: httpSection.schema.parse(given),
    guard: createGuard(address, token, "BRIDGE_HTTP_TOKEN"),
    log: createLogger("error"),
  });
  onTestFinished(() => server.close());
  return { url: server.url, held };
}
