import type { Fleet } from "@ollama-bridge/discovery";

/** Makes round trips alike: a probe's differs by chance. */
export function levelLatencies(fleet: Fleet): void {
  const attempt = {
    model: "another",
    outcome: "answered",
    roundTripMs: 1,
    startedMs: performance.now(),
  } as const;
  for (const instance of fleet.instances)
    for (let times = 0; times < 50; times++) fleet.observe({ ...attempt, instance });
}
