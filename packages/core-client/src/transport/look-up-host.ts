import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

/** Told without asking: a name server that is silent would else hold up what is on this machine. */
const localhost: LookupAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];
const underWay = new Map<string, Promise<LookupAddress[]>>();

/**
 * Resolves to the addresses of a name, in the order they are to be tried; asked for once at a time, as Node looks up two names at
 * once and those of a silent name server take many seconds. @throws Error with a code such as ENOTFOUND
 */
export function lookUpHost(host: string): Promise<LookupAddress[]> {
  if (host === "localhost") return Promise.resolve(localhost);
  let looking = underWay.get(host);
  if (looking === undefined) {
    looking = import("node:dns/promises")
      .then(({ lookup }) => lookup(host, { all: true }))
      .finally(() => underWay.delete(host));
    underWay.set(host, looking);
  }
  return looking;
}

/** `lookUpHost` as connections ask for it. */
export const connectionLookup: LookupFunction = (host, { all, family }, callback) => {
  lookUpHost(host).then(
    (found) => {
      const fitting = found.filter((each) => !family || `IPv${each.family}`.endsWith(String(family)));
      const [first] = fitting;
      if (all) callback(null, fitting);
      else callback(null, first?.address ?? "", first?.family);
    },
    (error: NodeJS.ErrnoException) => callback(error, []),
  );
};
