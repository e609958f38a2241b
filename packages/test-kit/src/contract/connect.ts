import { connectSdk1 } from "./connect-1.ts";
import { connectSdk2 } from "./connect-2.ts";
import type { ClientKind, ContractClient, Reach } from "./contract-client.ts";

/** Connects one of the three clients. */
export function connectClient(kind: ClientKind, reach: Reach): Promise<ContractClient> {
  if (kind === "1.x") return connectSdk1(reach);
  return connectSdk2(reach, kind === "2.x legacy" ? "legacy" : "modern");
}
