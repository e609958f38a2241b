import type { Catalogue } from "./catalogue.ts";
import type { Fleet } from "./fleet.ts";

/** What a toolset above adds to `fleet_status`: a name and what to show under it. */
export interface StatusSection {
  name: string;
  read(): object | undefined;
}

/** What the tools of this package work with. */
export interface DiscoveryDeps {
  fleet: Fleet;
  catalogue: Catalogue;
  /** Toolsets above add theirs. */
  sections: StatusSection[];
}
