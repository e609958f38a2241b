import { entriesContract } from "./contract/entries.ts";
import { exchangeContract } from "./contract/exchange.ts";
import { searchContract } from "./contract/searches.ts";

export type { ContractCase } from "./contract/contract-case.ts";

/** What every store passes: run each case with a store, which may be the same for all, and a namespace of its own. */
export const storeContract = [...entriesContract, ...searchContract, ...exchangeContract];
