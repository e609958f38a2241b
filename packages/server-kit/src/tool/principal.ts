/**
 * On whose behalf a call runs; what is kept between calls is kept for one principal. Over stdio and on the command
 * line it is the user of this machine. Over HTTP it is whoever holds the token; without a token, one MCP session; and
 * a request with neither has no principal that could be told from another.
 */
export type Principal =
  | { readonly kind: "user" }
  | { readonly kind: "token"; readonly hash: string }
  | { readonly kind: "session"; readonly id: string }
  | { readonly kind: "anonymous" };

/** The user who started the server, on stdio. */
export const localUser: Principal = { kind: "user" };

/** A caller of whom nothing is known. */
export const anonymous: Principal = { kind: "anonymous" };

/** Returns the name under which things are kept for a principal: never the same for two of them. */
export function principalKey(principal: Principal): string {
  switch (principal.kind) {
    case "token":
      return `token:${principal.hash}`;
    case "session":
      return `session:${principal.id}`;
    default:
      return principal.kind;
  }
}
