/** A request's id. `null` stands for one that could not be found. */
export type Id = string | number | null;

const ID = String.raw`"id"\s*:\s*(-?\d{1,16}|"(?:[^"\\]|\\.){0,128}")`;
/** Before the id there are only short members, as most clients write them. */
const AT_START = new RegExp(
  String.raw`^\s*\{(?:\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]{0,128}"\s*,)*\s*${ID}\s*[,}]`,
);
/** The official TypeScript client writes it last. Within a text the quotes would be escaped. */
const AT_END = new RegExp(String.raw`[,{]\s*${ID}\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$`);

/** How much of either end of a message `idInEnds` looks at, in bytes or characters. */
export const ENDS = 512;

/** The id of a message that is not parsed, by its first and last characters. */
export function idInEnds(head: string, tail: string): Id {
  const id = AT_START.exec(head)?.[1] ?? AT_END.exec(tail)?.[1];
  try {
    return id === undefined ? null : JSON.parse(id);
  } catch {
    return null;
  }
}
