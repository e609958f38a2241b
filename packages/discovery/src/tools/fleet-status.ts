import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { DiscoveryDependencies } from "../discovery-dependencies.ts";
import { markdownTable } from "../views/markdown-table.ts";
import { type StatusView, statusData, statusView } from "../views/status-view.ts";

/** Other servers in the process add sections of their own. */
const fleetStatusData = () =>
  z
    .object({
      instances: z.array(statusData()),
      untrusted_project: z
        .looseObject({ notice: z.string().describe("What to do about it") })
        .exactOptional()
        .describe("Present where a project's file is not trusted"),
    })
    .catchall(z.custom<object>((value) => typeof value === "object"));

export const fleetStatus = defineTool({
  name: "fleet_status",
  title: "Fleet status",
  description:
    "Shows how each Ollama instance is doing now: status, requests in flight, expected wait, latency, measured tokens per second by model, error rate and circuit breaker. Use it to find out why something is slow or avoided. For installed models use list_models, to look for instances discover_instances.",
  input: z.strictObject({}),
  data: fleetStatusData,
  annotations: readOnlyHints,
  text({ instances, untrusted_project: project }) {
    const fleet = instances.length === 0 ? "No Ollama was found." : table(instances);
    return project === undefined ? fleet : `${fleet}\n\n${project.notice}`;
  },
  async handler(_args, { dependencies: { fleet, sections } }: ToolContext<DiscoveryDependencies>) {
    await fleet.current();
    const added = sections.map(({ name, read }) => [name, read()] as const);
    const data: z.output<ReturnType<typeof fleetStatusData>> = {
      instances: fleet.instances.map((instance) => statusView(instance, fleet)),
    };
    for (const [name, section] of added) if (section !== undefined) data[name] = section;
    return { data };
  },
});

function table(instances: readonly StatusView[]): string {
  const head = [
    "instance",
    "status",
    "in flight",
    "queue",
    "latency",
    "tokens/s",
    "errors",
    "breaker",
    "since",
  ];
  const rows = instances.map((status) => [
    status.reason === undefined ? status.name : `${status.name} (not used: ${status.reason})`,
    status.status,
    status.in_flight,
    `${status.queue_estimate_s} s`,
    status.latency_ms === null ? "?" : `${status.latency_ms} ms`,
    Object.entries(status.tokens_per_second)
      .map(([model, speed]) => `${model} ${speed}`)
      .join(", ") || "?",
    `${Math.round(status.error_rate * 100)} %`,
    status.breaker,
    status.since,
  ]);
  const warnings = instances.flatMap(({ name, warnings = [] }) => warnings.map((text) => `${name}: ${text}`));
  return [markdownTable(head, rows), ...warnings].join("\n\n");
}
