/** What the description of a task says of its size and of its time. */
export interface TaskWords {
  contextTokens?: number;
  maxLatencyMs?: number;
  /** How it was read, for the reasons. */
  readings: string[];
}

const TOKENS_PER_PAGE = 500;
const TOKENS_PER_WORD = 4 / 3;
const TOKENS_PER_LINE = 10;
const CHARACTERS_PER_TOKEN = 4;
const REAL_TIME_MS = 1_000;
/** What to do stands at the beginning. */
const MAX_CHARACTERS = 20_000;

const numerals: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  twenty: 20,
  fifty: 50,
  hundred: 100,
};
const multiples: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  million: 1e6,
  billion: 1e9,
};

const NUMBER = `(\\d[\\d.,]{0,15}|\\b(?:${Object.keys(numerals).join("|")}))`;
const MULTIPLE = `(?:[ -]?(${Object.keys(multiples).join("|")})(?![a-z]))?`;
const amounts = [
  { unit: "pages?", named: "pages", tokens: TOKENS_PER_PAGE },
  { unit: "words?", named: "words", tokens: TOKENS_PER_WORD },
  { unit: "lines?", named: "lines", tokens: TOKENS_PER_LINE },
  { unit: "char(?:acter)?s?", named: "characters", tokens: 1 / CHARACTERS_PER_TOKEN },
  { unit: "tokens?", named: "tokens", tokens: 1 },
].map(({ unit, ...rest }) => ({ ...rest, pattern: new RegExp(`${NUMBER}${MULTIPLE}[ -]*${unit}\\b`, "gi") }));

const TIME = "(\\d[\\d.,]{0,15})[ -]*(ms|milliseconds?|s|secs?|seconds?|min|minutes?)\\b";
const latencies = [
  `${TIME}[ -]*(?:of )?(?:latency|response|deadline|budget|or less|at most|max)`,
  `(?:latency|response time|deadline)(?: of| is|:|=)? *(?:under|below|within|at most|less than|max(?:imum)?|<=?|≤)? *${TIME}`,
  `(?:under|below|within|at most|less than|no more than|<=?|≤) *${TIME}`,
].map((pattern) => new RegExp(pattern, "gi"));

/** Reads amounts ("200-page PDF", "2 million words") and times ("100 ms latency", "real-time"): the largest and the shortest. */
export function readTaskWords(description: string): TaskWords {
  const text = description.slice(0, MAX_CHARACTERS);
  const readings: string[] = [];
  const sizes = amounts.flatMap(({ pattern, tokens, named }) =>
    [...text.matchAll(pattern)].map(([, number = "", multiple]) => {
      const amount = numberOf(number) * (multiples[multiple?.toLowerCase() ?? ""] ?? 1);
      return { amount, named, tokens: Math.ceil(amount * tokens) };
    }),
  );
  const largest = sizes.sort((a, b) => b.tokens - a.tokens)[0];
  if (largest !== undefined && largest.named !== "tokens")
    readings.push(
      `${readable(largest.amount)} ${largest.named} are about ${readable(largest.tokens)} tokens`,
    );
  const times = latencies.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, number = "", unit = ""]) => numberOf(number) * millisecondsOf(unit)),
  );
  if (/\breal[ -]?time\b|\bsub[ -]?second\b/i.test(text)) {
    times.push(REAL_TIME_MS);
    readings.push(`real-time is taken for ${REAL_TIME_MS} ms`);
  }
  const shortest = Math.min(...times.filter((time) => time > 0));
  return {
    ...(largest === undefined || largest.tokens < 1 ? {} : { contextTokens: largest.tokens }),
    ...(shortest === Infinity ? {} : { maxLatencyMs: shortest }),
    readings,
  };
}

/** Groups of three behind a comma or a point are thousands. */
function numberOf(text: string): number {
  const word = numerals[text.toLowerCase()];
  if (word !== undefined) return word;
  const plain = text.replace(/[.,]+$/, "");
  const number = Number(
    /^\d{1,3}([.,]\d{3})+$/.test(plain) ? plain.replaceAll(/[.,]/g, "") : plain.replace(",", "."),
  );
  return Number.isFinite(number) ? number : 0;
}

const millisecondsOf = (unit: string) => (/^m(s|illi)/i.test(unit) ? 1 : /^s/i.test(unit) ? 1_000 : 60_000);

const readable = (value: number) => value.toLocaleString("en-US");
