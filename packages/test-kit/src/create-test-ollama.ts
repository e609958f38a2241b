import type { RequestListener } from "node:http";
import { createOllamaServer } from "@ollama-bridge/engine/protocol";
import { acquire } from "./answers/generation.ts";
import { controlPlaneOf } from "./control-plane.ts";
import { Counters } from "./counters.ts";
import { Faults } from "./faults/faults.ts";
import { frontOf } from "./front.ts";
import { Gates } from "./gates.ts";
import { type Kit, optionsSchema, type TestOllamaOptions } from "./kit.ts";
import { Listener } from "./listener.ts";
import { ModelStore } from "./models/model-store.ts";
import { Scheduler } from "./scheduler.ts";
import { scriptedBackend } from "./scripted-backend.ts";
import type { TestOllama } from "./test-ollama.ts";

/**
 * Starts a scriptable Ollama.
 * @throws ZodError for options that are none.
 */
export async function createTestOllama(script: TestOllamaOptions = {}): Promise<TestOllama> {
  const options = optionsSchema.parse(script);
  const models = new ModelStore(options.models);
  const gates = new Gates();
  const counters = new Counters();
  const scheduler = new Scheduler(options, gates, counters);
  const kit: Kit = { options, models, gates, counters, scheduler };
  const faults = new Faults();
  const server = createOllamaServer(scriptedBackend(kit));
  const listener = new Listener(server, options, counters, faults);
  await listener.listen();
  const { port } = listener;

  const ollama: TestOllama = {
    url: `http://${urlHost(options.host)}:${port}`,
    port,
    models,
    counters,
    until: (predicate) => counters.until(predicate),
    inject: (fault) => faults.inject(fault),
    clearFaults: () => faults.clear(),
    faults: () => faults.list(),
    pauseBefore: (point, scope) => gates.pauseBefore(point, scope),
    loaded: () => scheduler.loaded().map(({ model }) => model.name),
    waiting: (name) => scheduler.waiting(models.find(name)?.name ?? name),
    async load(name) {
      const model = models.find(name);
      if (!model) throw new Error(`There is no model ${name} to load.`);
      const lease = await acquire(kit, model, {}, new AbortController().signal);
      lease.release();
    },
    unload: (name) => scheduler.unload(models.find(name)?.name ?? name),
    goDown: () => listener.close(),
    comeBack: () => listener.listen(),
    async close() {
      scheduler.close();
      await listener.close();
    },
  };
  // The protocol's own listener, now asked by the front instead of by the server.
  const [protocol] = server.listeners("request") as [RequestListener];
  server.removeAllListeners("request");
  server.on("request", frontOf(kit, faults, protocol, controlPlaneOf(ollama)));
  return ollama;
}

/** Where a server that listens there is reached from this machine. */
function urlHost(host: string): string {
  if (host === "::" || host === "0.0.0.0") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
