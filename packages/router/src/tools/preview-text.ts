import type { ConsideredView } from "../considered-view.ts";

/** A dry run for a reader. */
export function previewText(data: {
  model: string;
  instance: string;
  reason: string;
  considered?: ConsideredView[];
}): string {
  const { model, instance, reason, considered = [] } = data;
  const lines = considered.map(({ model: name, instance: where, cost_s, degraded, why_not }) => {
    const verdict = why_not ?? `${cost_s} s${degraded === undefined ? "" : `, ${degraded}`}`;
    return `- ${name} on ${where}: ${verdict}`;
  });
  return [`Would run on ${model}, ${instance}. ${reason}`, ...lines].join("\n");
}
