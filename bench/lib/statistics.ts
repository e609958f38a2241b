/** The value below which a share of the sorted samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]) => quantile(samples, 0.5);

/** Prints one row: what was measured, ours, the peer's, the ratio, and what is aimed at. */
export function printRatio(what: string, ours: number, peers: number, unit: string, aim = ""): void {
  const ratio = (ours / peers).toFixed(2);
  const figures = `${ours.toFixed(2)} ${unit}`.padStart(14) + `${peers.toFixed(2)} ${unit}`.padStart(14);
  console.log(`${what.padEnd(44)}${figures}   ratio ${ratio}${aim === "" ? "" : `   aim ${aim}`}`);
}
