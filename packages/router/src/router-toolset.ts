import { coreErrors } from "@ollama-bridge/core-client";
import { limitsSection } from "@ollama-bridge/core-client/config";
import { type Fleet, fileStore, type KeyValueStore } from "@ollama-bridge/discovery";
import { configuredInstances, createFleet, type StatusSection } from "@ollama-bridge/discovery/toolset";
import {
  createLogger,
  logSection,
  type Settings,
  type ToolDefinition,
  type Toolset,
} from "@ollama-bridge/server-kit";
import { routingSection } from "./config.ts";
import { Conversations } from "./conversations.ts";
import { shortGuide } from "./model-guide.ts";
import { Router } from "./router.ts";
import type { RouterDependencies } from "./router-dependencies.ts";
import { routerErrors } from "./router-errors.ts";
import { delegatePrompt, guideResource, offloadPrompt, sourcesOf } from "./router-guide.ts";
import { routerSettings } from "./router-settings.ts";
import { askModel } from "./tools/ask-model.ts";
import { assessCapability } from "./tools/assess-capability.ts";
import { batchAsk } from "./tools/batch-ask.ts";
import { forgetSession } from "./tools/forget-session.ts";
import { routeRequest } from "./tools/route-request.ts";
import { routeTask } from "./tools/route-task.ts";
import { sessions } from "./tools/sessions.ts";

export { routingSection } from "./config.ts";
export type { RouterDependencies } from "./router-dependencies.ts";

const tools: ToolDefinition<RouterDependencies>[] = [
  askModel,
  batchAsk,
  routeTask,
  routeRequest,
  assessCapability,
  sessions,
  forgetSession,
];

/** What the tools reach beside themselves. */
export interface RouterPorts {
  /** Absent: the fleet of the settings, which the toolset then closes. */
  fleet?: Fleet;
  /** Where sessions are kept; absent: a file in the user's data folder. */
  sessions?: KeyValueStore;
  /** The namespace of sessions; absent: the project folder's name. */
  namespace?: string | undefined;
}

/**
 * Makes tools that ask the right model on the right machine. Nothing is connected before a call.
 *
 * @example
 * import { serveProgram } from "@ollama-bridge/server-kit";
 * import { createRouterToolset } from "@ollama-bridge/router/toolset";
 *
 * await serveProgram({
 *   info: { name: "my-models", title: "My models", version: "1.0.0" },
 *   sections: [],
 *   toolsets: (settings) => [createRouterToolset(settings)],
 * });
 */
export function createRouterToolset(
  settings: Settings,
  ports: RouterPorts = {},
): Toolset<RouterDependencies> {
  const fleet = ports.fleet ?? createFleet(settings);
  const limits = settings.read(limitsSection);
  const read = (from: Settings) => routerSettings(from.read(routingSection), limits.max_concurrent_requests);
  const router = new Router({
    fleet,
    settings: read(settings),
    conversations: new Conversations(ports.sessions ?? sessionsFile(settings), ports.namespace),
  });
  const dependencies: RouterDependencies = { router, fleet, limits };
  return {
    name: "router",
    tools,
    errors: [coreErrors, routerErrors],
    resources: [guideResource],
    prompts: [delegatePrompt, offloadPrompt],
    dependencies,
    get instructions() {
      return shortGuide(sourcesOf(dependencies));
    },
    async configure(fresh) {
      if (ports.fleet === undefined) await fleet.configure(configuredInstances(fresh));
      router.settings = read(fresh);
    },
    async close() {
      await router.close();
      if (ports.fleet === undefined) await fleet.close();
    },
  };
}

function sessionsFile(settings: Settings): KeyValueStore {
  const warn = (fields: object, message: string) =>
    createLogger(settings.read(logSection).level).warn(fields, message);
  return fileStore({ env: settings.env, name: "sessions", what: "Transcripts of sessions", warn });
}

/** What the router adds to `fleet_status`. */
export function routerSections(router: Router): StatusSection[] {
  return [
    { name: "experiments", read: () => router.experiments.view() },
    { name: "delegation", read: () => router.spending.view() },
  ];
}
