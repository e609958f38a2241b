import type { ServerResponse } from "node:http";
import type { Fault } from "./faults/fault-script.ts";
import type { Pause, PausePoint, PauseScope } from "./gates.ts";
import type { ModelScript } from "./models/model-script.ts";
import type { TestOllama } from "./test-ollama.ts";

/** Answers a request under `/__control`. */
export type ControlPlane = (method: string, path: string, body: string, response: ServerResponse) => void;

type Action = (body: never) => unknown;

/** Steers a scriptable Ollama from another process. What each path takes and gives is in the package's README. */
export function controlPlaneOf(ollama: TestOllama): ControlPlane {
  const pauses: Pause[] = [];
  const actions: Record<string, Action> = {
    "GET /__control": () => stateOf(ollama),
    "GET /__control/log": () => ollama.counters.log,
    "POST /__control/faults": (fault: Fault) => ollama.inject(fault).fault,
    "DELETE /__control/faults": () => ollama.clearFaults(),
    "POST /__control/models": (model: ModelScript) => ollama.models.add(model).name,
    "DELETE /__control/models": ({ model }: { model: string }) => ollama.models.remove(model),
    "POST /__control/unload": ({ model }: { model: string }) => ollama.unload(model),
    "POST /__control/pauses": ({ point, ...scope }: PauseScope & { point: PausePoint }) =>
      void pauses.push(ollama.pauseBefore(point, scope)),
    "DELETE /__control/pauses": () => {
      for (const pause of pauses.splice(0)) pause.release();
    },
    // The answer is sent before the port closes; nobody could ask for it to open again, so it does by itself.
    "POST /__control/down": ({ forMs }: { forMs: number }) => {
      setImmediate(async () => {
        await ollama.goDown();
        setTimeout(() => ollama.comeBack(), forMs);
      });
    },
  };
  return (method, path, body, response) => {
    const action = actions[`${method} ${path}`];
    if (!action) return reply(response, 404, { error: `no ${method} ${path}`, known: Object.keys(actions) });
    try {
      reply(response, 200, action(JSON.parse(body || "{}") as never) ?? {});
    } catch (error) {
      reply(response, 400, { error: (error as Error).message });
    }
  };
}

function stateOf({ counters, models, faults, loaded }: TestOllama): object {
  const { requests, inFlight, totalInFlight, peakInFlight, aborted, connectionsOpen, loads } = counters;
  return {
    counters: { requests, inFlight, totalInFlight, peakInFlight, aborted, connectionsOpen },
    loads,
    models: models.list().map(({ name }) => name),
    loaded: loaded(),
    faults: faults(),
  };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
