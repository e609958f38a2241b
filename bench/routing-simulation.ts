import { equalFleet, loads, unequalFleet } from "../packages/router/test/simulation/fleets.ts";
import { pickers } from "../packages/router/test/simulation/pickers.ts";
import { percentile, simulate } from "../packages/router/test/simulation/simulate.ts";

/** How long callers wait with our picker and with three simpler ones: seconds, on a virtual clock, seeded. */

const REQUESTS = 4_000;
const SEEDS = [1, 2, 3];

for (const [fleetName, machines] of Object.entries({ unequal: unequalFleet, equal: equalFleet })) {
  console.log(`\n${fleetName} fleet: seconds to the whole answer, p50 / p95`);
  const rows: Record<string, Record<string, string>> = {};
  for (const [pickerName, create] of Object.entries(pickers)) {
    const row: Record<string, string> = {};
    for (const [load, arrivalsPerS] of Object.entries(loads)) {
      const seconds = SEEDS.flatMap((seed) =>
        simulate({ machines, arrivalsPerS, requests: REQUESTS, seed }, create()),
      );
      row[load] = `${percentile(seconds, 0.5).toFixed(1)} / ${percentile(seconds, 0.95).toFixed(1)}`;
    }
    rows[pickerName] = row;
  }
  console.table(rows);
}
