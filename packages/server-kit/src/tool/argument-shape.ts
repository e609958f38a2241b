import { type BridgeError, invalidArgument, MAX_TEXT_LENGTH } from "@ollama-bridge/foundation";

const MAX_DEPTH = 64;
export const MAX_VALUES = 100_000;
/** All texts of one call together, apart from images. */
const MAX_BYTES = MAX_TEXT_LENGTH;

/** A value with the way to it. */
interface Place {
  value: unknown;
  key?: string | number;
  holder?: Place;
  depth: number;
}

/**
 * Checks how deep, how many and how large the arguments are before anything else reads them, which may take the square
 * of their number or a stack as deep as they are. `withImages`: the tool takes images, which may be larger.
 * @throws BridgeError VALIDATION_ERROR that names the place.
 */
export function checkShape(args: unknown, withImages: boolean): void {
  let values = 0;
  let bytes = 0;
  const open: Place[] = [{ value: args, depth: 1 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, key, depth } = place;
    if (typeof key === "string") bytes += Buffer.byteLength(key);
    if (typeof value === "string" && !(withImages && isImage(place))) bytes += Buffer.byteLength(value);
    if (bytes > MAX_BYTES) throw tooMuch(place, `the arguments have more than ${MAX_BYTES} bytes of text`);
    if (typeof value !== "object" || value === null) continue;
    if (depth > MAX_DEPTH) throw tooMuch(place, `nested deeper than ${MAX_DEPTH} levels`);
    for (const [key, inner] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      values++;
      if (values > MAX_VALUES) throw tooMuch(place, `the arguments have more than ${MAX_VALUES} values`);
      open.push({ value: inner, key, holder: place, depth: depth + 1 });
    }
  }
}

/** An entry of `images`, or of `messages[…].images`. */
function isImage({ holder }: Place): boolean {
  if (holder?.key !== "images") return false;
  const { holder: owner } = holder;
  return owner?.holder === undefined || (owner.depth === 3 && owner.holder.key === "messages");
}

function tooMuch(place: Place, issue: string): BridgeError {
  const keys: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.key !== undefined; at = at.holder) keys.unshift(at.key);
  const path = pathText(keys);
  return invalidArgument(
    path,
    issue,
    "Send less in one call. Files go by path in files, where the tool takes them.",
  );
}

const MAX_KEYS = 8;
const MAX_KEY_LENGTH = 64;

/** The way to a value as code writes it, `messages[2].content`; shortened where it is long. */
export function pathText(keys: readonly PropertyKey[]): string {
  const written = keys.slice(0, MAX_KEYS).map((key) => {
    if (typeof key === "number") return `[${key}]`;
    const name = String(key);
    return `.${name.length > MAX_KEY_LENGTH ? `${name.slice(0, MAX_KEY_LENGTH)}…` : name}`;
  });
  return [...written, ...(keys.length > MAX_KEYS ? ["…"] : [])].join("").replace(/^\./, "");
}
