import { MAX_LINE_LENGTH } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { DiscoveryDependencies } from "../discovery-dependencies.ts";
import { fleetView, type InstanceView, instanceData } from "../views/instance-view.ts";
import { markdownTable } from "../views/markdown-table.ts";

const discoveredData = () =>
  z.strictObject({
    instances: z.array(instanceData()),
    summary: z.strictObject({
      total: z.int().describe("Number of instances"),
      local: z.int().describe("Those on this machine"),
      remote: z.int().describe("Those on other machines"),
      models: z.int().describe("Number of different models"),
      scanned: z.int().describe("Addresses that were tried"),
      duration_ms: z.int().describe("Time it took"),
    }),
  });

type Discovered = z.output<ReturnType<typeof discoveredData>>;

export const discoverInstances = defineTool({
  name: "discover_instances",
  title: "Discover Ollama instances",
  description:
    "Finds the Ollama instances on this machine (ports 11434-11499), in the configuration and on private hosts you name, with status, models, what is loaded, GPUs and latency. Use it to see where models run. For models use list_models, for load and breakers fleet_status.",
  input: z.strictObject({
    hosts: z
      .array(z.string().max(MAX_LINE_LENGTH))
      .max(16)
      .optional()
      .describe("Private hosts to scan too: host, host:port, URL or CIDR up to a /24"),
    ports: z
      .string()
      .max(MAX_LINE_LENGTH)
      .optional()
      .describe('Ports to scan, "11434-11499" or "11434,11500"; default 11434-11499'),
    refresh: z
      .boolean()
      .default(false)
      .describe("Scan again instead of using the current picture; default false"),
  }),
  data: discoveredData,
  annotations: readOnlyHints,
  text: ({ instances, summary }) => (instances.length === 0 ? nothingFound : table(instances, summary)),
  async handler(
    { hosts, ports, refresh },
    { dependencies: { fleet }, signal, progress }: ToolContext<DiscoveryDependencies>,
  ) {
    const startedMs = performance.now();
    progress.update("scanning");
    let scanned = await (refresh ? fleet.look({ fresh: "everything", signal }) : fleet.current());
    if (hosts !== undefined || ports !== undefined)
      scanned += await fleet.look({ fresh: "instances", where: { hosts, ports }, signal });
    await fleet.detectGpus();
    const { instances, summary } = fleetView(fleet);
    const duration_ms = Math.round(performance.now() - startedMs);
    return { data: { instances, summary: { ...summary, scanned, duration_ms } } };
  },
});

const nothingFound = "No Ollama was found. Start one with `ollama serve`, or name a host to scan in `hosts`.";

function table(
  instances: readonly InstanceView[],
  { total, local, remote, models }: Discovered["summary"],
): string {
  const head = ["instance", "url", "status", "version", "models", "loaded", "GPU", "latency"];
  const rows = instances.map((instance) => [
    instance.reason === undefined ? instance.name : `${instance.name} (not used: ${instance.reason})`,
    instance.url,
    instance.error === undefined ? instance.status : `${instance.status}: ${instance.error.code}`,
    instance.version ?? "?",
    instance.models.join(", ") || "none",
    instance.loaded.map(({ model }) => model).join(", ") || "none",
    `${instance.gpu.count ?? "?"} (${instance.gpu.source})`,
    instance.latency_ms === null ? "?" : `${instance.latency_ms} ms`,
  ]);
  const count = `${total} instance${total === 1 ? "" : "s"} (${local} local, ${remote} remote), ${models} different models`;
  const warnings = instances.flatMap(({ name, warnings = [] }) => warnings.map((text) => `${name}: ${text}`));
  return [count, markdownTable(head, rows), ...warnings].join("\n\n");
}
