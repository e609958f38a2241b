import { FailureRate, fade } from "../health/failure-rate.ts";

/** What a pair's speed is known to be now; absent where nothing recent was observed. */
export interface PairEstimate {
  /** Seconds to load the model. */
  loadS?: number;
  /** Prompt tokens per second. */
  prefillTps?: number;
  /** Answer tokens per second. */
  decodeTps?: number;
  /** 1 just after an observation, halved every 10 min: how much of it to believe, beside a prior. */
  confidence?: number;
}

/** The last samples of one (instance, model). */
export interface PairHistory {
  estimate(nowMs: number): PairEstimate;
  /** EWMA, 0 to 0.9; `undefined` before the first attempt. */
  failureRate(nowMs: number): number | undefined;
}

/** One answered call; only what was measured is there. */
export interface Sample {
  atMs: number;
  loadS?: number | undefined;
  /** Seconds per token. */
  prefillS?: number | undefined;
  decodeS?: number | undefined;
}

/** A sample or rate as it is kept on disk, where the clock of this process means nothing. */
export interface StoredHistory {
  /** Oldest first; `at` is a wall-clock time in ms. */
  samples: {
    at: number;
    loadS?: number | undefined;
    prefillS?: number | undefined;
    decodeS?: number | undefined;
  }[];
  failure?: { at: number; rate: number } | undefined;
}

const MAX_SAMPLES = 20;
/** Each older sample counts this much of the next newer one. */
const OLDER = 0.6;
/** Ollama tells a load with every answer, of up to 100 ms where the model was in memory already. */
const MIN_LOAD_MS = 200;
/** Below this nothing is known any more; reached after about 43 min. */
const FORGOTTEN = 0.05;

const usable = (value: number | undefined) => value !== undefined && Number.isFinite(value) && value > 0;

/** The measured speeds and failure rate of a pair as a value: the newest counts most, all of them fade. */
export class MeasuredHistory implements PairHistory {
  readonly #samples: readonly Sample[];
  readonly #failure: FailureRate;
  /** Made when they are asked for. */
  #speeds: PairEstimate | undefined;

  /** Makes an empty one. The arguments are what `MeasuredHistory` itself passes on. */
  constructor(samples: readonly Sample[] = [], failure = new FailureRate()) {
    this.#samples = samples;
    this.#failure = failure;
  }

  /** Whether nothing was observed yet. */
  get isEmpty(): boolean {
    return this.#samples.length === 0 && this.#failure.last === undefined;
  }

  /** Adds one answered call. Values that are not positive and finite are measuring errors and are left out. */
  add(measured: {
    atMs: number;
    loadMs?: number | undefined;
    promptTokens?: number | undefined;
    promptMs?: number | undefined;
    answerTokens?: number | undefined;
    generateMs?: number | undefined;
  }): MeasuredHistory {
    const perToken = (ms = Number.NaN, tokens = Number.NaN) => ms / tokens / 1000;
    const sample = {
      atMs: measured.atMs,
      loadS: (measured.loadMs ?? 0) < MIN_LOAD_MS ? undefined : (measured.loadMs ?? 0) / 1000,
      prefillS: perToken(measured.promptMs, measured.promptTokens),
      decodeS: perToken(measured.generateMs, measured.answerTokens),
    };
    return new MeasuredHistory(inserted(this.#samples, sample), this.#failure);
  }

  /** Adds the outcome of one attempt. */
  attempted(failed: boolean, nowMs: number): MeasuredHistory {
    return new MeasuredHistory(this.#samples, this.#failure.attempted(failed, nowMs));
  }

  estimate(nowMs: number): PairEstimate {
    const newest = this.#samples.at(-1);
    const confidence = newest === undefined ? 0 : fade(nowMs - newest.atMs);
    if (confidence < FORGOTTEN) return {};
    this.#speeds ??= this.#means();
    return { ...this.#speeds, confidence };
  }

  failureRate(nowMs: number): number | undefined {
    return this.#failure.at(nowMs);
  }

  /** Writes it for the disk; `wallMs` is the wall clock at `nowMs`. */
  stored(nowMs: number, wallMs: number): StoredHistory {
    const at = (atMs: number) => Math.round(wallMs - (nowMs - atMs));
    const samples = this.#samples.map(({ atMs, ...sample }) => ({ at: at(atMs), ...sample }));
    const { last } = this.#failure;
    return { samples, ...(last === undefined ? {} : { failure: { at: at(last.atMs), rate: last.rate } }) };
  }

  /** Adds what an earlier run, or another bridge, has kept. A time in the future is taken as now. */
  restored(
    { samples: kept, failure: keptFailure }: StoredHistory,
    nowMs: number,
    wallMs: number,
  ): MeasuredHistory {
    const atMs = (at: number) => nowMs - Math.max(0, wallMs - at);
    let samples = this.#samples;
    for (const { at, ...sample } of kept)
      samples = inserted(samples, { atMs: atMs(at), ...sample }, { unlessKnown: true });
    const failure =
      keptFailure === undefined
        ? this.#failure
        : this.#failure.restored({ atMs: atMs(keptFailure.at), rate: keptFailure.rate });
    return new MeasuredHistory(samples, failure);
  }

  /** All samples fade alike, so the means stay until a sample comes. */
  #means(): PairEstimate {
    const loadS = this.#mean("loadS");
    const prefillS = this.#mean("prefillS");
    const decodeS = this.#mean("decodeS");
    return {
      ...(loadS === undefined ? {} : { loadS }),
      ...(prefillS === undefined ? {} : { prefillTps: 1 / prefillS }),
      ...(decodeS === undefined ? {} : { decodeTps: 1 / decodeS }),
    };
  }

  #mean(field: "loadS" | "prefillS" | "decodeS"): number | undefined {
    const newestMs = this.#samples.at(-1)?.atMs ?? 0;
    let sum = 0;
    let weights = 0;
    let rank = 1;
    for (const sample of this.#samples.toReversed()) {
      const value = sample[field];
      if (value === undefined) continue;
      const weight = rank * fade(newestMs - sample.atMs);
      sum += weight * value;
      weights += weight;
      rank *= OLDER;
    }
    return weights > 0 ? sum / weights : undefined;
  }
}

/** The samples with one more, of which only what is usable is kept. */
function inserted(
  samples: readonly Sample[],
  { atMs, loadS, prefillS, decodeS }: Sample,
  { unlessKnown = false } = {},
): readonly Sample[] {
  const sample: Sample = { atMs };
  if (usable(loadS)) sample.loadS = loadS;
  if (usable(prefillS)) sample.prefillS = prefillS;
  if (usable(decodeS)) sample.decodeS = decodeS;
  if (Object.keys(sample).length === 1) return samples;
  if (unlessKnown && samples.some((known) => same(known, sample))) return samples;
  return [...samples, sample].sort((a, b) => a.atMs - b.atMs).slice(-MAX_SAMPLES);
}

/** The disk keeps whole milliseconds of another clock. */
function same(a: Sample, b: Sample): boolean {
  return (
    Math.abs(a.atMs - b.atMs) <= 2 &&
    a.loadS === b.loadS &&
    a.prefillS === b.prefillS &&
    a.decodeS === b.decodeS
  );
}
