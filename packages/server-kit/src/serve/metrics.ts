/** One figure that a toolset or the server keeps, by the names of Prometheus. */
export interface Metric {
  /** In the base unit, which the name ends with: seconds, bytes, total. */
  name: string;
  help: string;
  /** A summary has the samples `sum` and `count`. */
  type: "counter" | "gauge" | "summary";
  samples: readonly MetricSample[];
}

export interface MetricSample {
  labels?: Readonly<Record<string, string>>;
  /** Of a summary: which of the two it is. */
  part?: "sum" | "count";
  value: number;
}

/** A counter for each set of labels. */
export class Counts {
  readonly #counts = new Map<string, { labels: Record<string, string>; value: number }>();

  add(labels: Record<string, string>, value = 1): void {
    const key = JSON.stringify(labels);
    const count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, { labels, value });
    else count.value += value;
  }

  samples(): MetricSample[] {
    return [...this.#counts.values()];
  }
}

/** The text format that Prometheus reads. */
export function metricsText(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, help, type, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(
      ({ labels = {}, part, value }) =>
        `${name}${part === undefined ? "" : `_${part}`}${labelText(labels)} ${value}`,
    ),
  ]);
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escaped = (text: string) =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
