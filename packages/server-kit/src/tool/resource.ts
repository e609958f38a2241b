import type { Principal } from "./principal.ts";

/** Something a client can read by a fixed address. */
export interface ResourceDefinition<Dependencies> {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
  read(dependencies: Dependencies, principal: Principal): Promise<string> | string;
}

/** Things a client can read by an address with variables, written `{name}` in `uriTemplate`. */
export interface ResourceTemplateDefinition<Dependencies> {
  uriTemplate: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
  /** The variables come decoded. @throws BridgeError when there is nothing at that address. */
  read(
    variables: Record<string, string>,
    dependencies: Dependencies,
    principal: Principal,
  ): Promise<string> | string;
  /** Values of `variable` that begin with `prefix`; `others` are the variables chosen already. */
  complete(
    variable: string,
    prefix: string,
    dependencies: Dependencies,
    others: Record<string, string>,
    principal: Principal,
  ): Promise<string[]> | string[];
}
