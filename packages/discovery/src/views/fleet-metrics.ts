import type { Metric } from "@ollama-bridge/server-kit";
import type { Fleet } from "../registry/fleet.ts";

/** How the instances are that are known by now; nothing is looked at for it. */
export function fleetMetrics(fleet: Fleet): Metric[] {
  const { instances } = fleet;
  return [
    {
      name: "ollama_bridge_instance_up",
      help: "Whether an instance of Ollama answers",
      type: "gauge",
      samples: instances.map(({ name: instance, reachable }) => ({
        labels: { instance },
        value: reachable ? 1 : 0,
      })),
    },
    {
      name: "ollama_bridge_instance_in_flight",
      help: "Our requests under way at an instance",
      type: "gauge",
      samples: instances.map((instance) => ({
        labels: { instance: instance.name },
        value: fleet.workAt(instance).length,
      })),
    },
  ];
}
