import type { Metric } from "@ollama-bridge/server-kit";
import type { Fleet } from "../registry/fleet.ts";

/** How the instances are that are known by now; nothing is looked at for it. */
export function fleetMetrics({ instances }: Fleet): Metric[] {
  return [
    {
      name: "ollama_bridge_instance_up",
      help: "Whether an instance of Ollama answers",
      type: "gauge",
      samples: instances.map(({ name: instance, status }) => ({
        labels: { instance },
        value: status === "down" ? 0 : 1,
      })),
    },
    {
      name: "ollama_bridge_instance_in_flight",
      help: "Our requests under way at an instance",
      type: "gauge",
      samples: instances.map(({ name: instance, reservations }) => ({
        labels: { instance },
        value: reservations.size,
      })),
    },
  ];
}
