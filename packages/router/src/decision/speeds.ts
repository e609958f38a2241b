import {
  type FleetView,
  type InstalledModel,
  type InstanceState,
  type PairEstimate,
  type PairState,
  pairOf,
} from "@ollama-bridge/discovery";

/** How fast a model is on an instance: tokens a second, and seconds to load it. */
export interface Speeds {
  prefillTps: number;
  decodeTps: number;
  loadS: number;
}

const GPU_BYTES_PER_S = 300e9;
const CPU_BYTES_PER_S = 30e9;
const DISK_BYTES_PER_S = 1e9;
const MAX_DECODE_TPS = 200;
/** Instances that a median is made of, at most. */
const MEDIAN_OF = 20;
/** Observations so believable need nothing beside them. */
const FRESH = 0.95;
/** For a size that the server does not tell. */
const TYPICAL_BYTES = 5e9;
const CLOUD: Speeds = { prefillTps: 2000, decodeTps: 50, loadS: 0 };

/** A number that a measurement can be; 0, NaN and infinity are none. */
export const isMeasured = (value: number | undefined): value is number =>
  value !== undefined && value > 0 && value < Number.POSITIVE_INFINITY;

/**
 * Speeds for a decision: what was observed of the pair, else the median of the model's other instances, else a prior.
 * Lives as long as one decision, which is what keeps its medians true.
 */
export class SpeedTable {
  readonly #medians = new Map<string, PairEstimate>();
  readonly #fleet: FleetView;
  readonly #nowMs: number;

  constructor(fleet: FleetView, nowMs: number) {
    this.#fleet = fleet;
    this.#nowMs = nowMs;
  }

  of(instance: InstanceState, installed: InstalledModel, pair: PairState): Speeds {
    const own = pair.history.estimate(this.#nowMs);
    const confidence = own.confidence ?? 1;
    if (
      confidence >= FRESH &&
      isMeasured(own.decodeTps) &&
      isMeasured(own.prefillTps) &&
      isMeasured(own.loadS)
    )
      return own as Speeds;
    const others = this.#median(installed.name);
    const prior = priorSpeeds(instance, installed);
    return {
      prefillTps: faded(own.prefillTps, measured(others.prefillTps) ?? prior.prefillTps, confidence),
      decodeTps: faded(own.decodeTps, measured(others.decodeTps) ?? prior.decodeTps, confidence),
      // Loading depends on the disk, not on the model's speed elsewhere.
      loadS: measured(own.loadS) ?? prior.loadS,
    };
  }

  #median(model: string): PairEstimate {
    const known = this.#medians.get(model);
    if (known !== undefined) return known;
    const prefill: number[] = [];
    const decode: number[] = [];
    for (const instance of this.#fleet.having(model).slice(0, MEDIAN_OF)) {
      const { prefillTps, decodeTps } = pairOf(instance, model).history.estimate(this.#nowMs);
      if (isMeasured(prefillTps)) prefill.push(prefillTps);
      if (isMeasured(decodeTps)) decode.push(decodeTps);
    }
    const estimate: PairEstimate = {};
    if (prefill.length > 0) estimate.prefillTps = median(prefill);
    if (decode.length > 0) estimate.decodeTps = median(decode);
    this.#medians.set(model, estimate);
    return estimate;
  }
}

/**
 * Decoding reads the whole model once a token, so its speed is memory bandwidth over size; prefill is bound by
 * arithmetic and some times faster, on a GPU more so.
 */
function priorSpeeds(instance: InstanceState, { name, sizeBytes, cloud }: InstalledModel): Speeds {
  if (cloud) return CLOUD;
  const bytes = isMeasured(sizeBytes) ? sizeBytes : TYPICAL_BYTES;
  const gpu = gpuShare(instance, name, bytes);
  const secondsPerToken = bytes * (gpu / GPU_BYTES_PER_S + (1 - gpu) / CPU_BYTES_PER_S);
  const decodeTps = Math.min(MAX_DECODE_TPS, 1 / secondsPerToken);
  return { decodeTps, prefillTps: decodeTps * (6 + 24 * gpu), loadS: 1 + bytes / DISK_BYTES_PER_S };
}

function gpuShare({ loaded, gpu }: InstanceState, model: string, bytes: number): number {
  const vram = loaded.get(model)?.sizeVramBytes;
  if (vram !== undefined) return Math.min(1, Math.max(0, vram / bytes));
  if (gpu.count === null) return 0.5;
  return gpu.count > 0 ? 1 : 0;
}

/** What was observed long ago says less than what is known without it: that is an old loser's next chance. */
function faded(observedTps: number | undefined, otherwiseTps: number, confidence: number): number {
  if (!isMeasured(observedTps)) return otherwiseTps;
  return 1 / (confidence / observedTps + (1 - confidence) / otherwiseTps);
}

const measured = (value: number | undefined) => (isMeasured(value) ? value : undefined);

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 1;
}
