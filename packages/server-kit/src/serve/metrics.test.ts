import { expect, test } from "vitest";
import { Counts, metricsText } from "./metrics.ts";

test("figures come in Prometheus's text format, with what is in labels escaped", () => {
  const calls = new Counts();
  calls.add({ tool: 'a "b"\\\n' }, 2);
  calls.add({ tool: 'a "b"\\\n' });
  const text = metricsText([
    { name: "calls_total", help: "Calls", type: "counter", samples: calls.samples() },
    { name: "seconds", help: "Time", type: "summary", samples: [{ part: "sum", value: 0.5 }] },
  ]);
  expect(text).toBe(
    [
      "# HELP calls_total Calls",
      "# TYPE calls_total counter",
      'calls_total{tool="a \\"b\\"\\\\\\n"} 3',
      "# HELP seconds Time",
      "# TYPE seconds summary",
      "seconds_sum 0.5",
      "",
    ].join("\n"),
  );
});
