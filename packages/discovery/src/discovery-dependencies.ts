import type { Catalog } from "./catalog/catalog.ts";
import type { Fleet } from "./registry/fleet.ts";

/** What a toolset above adds to `fleet_status`: a name and what to show under it. */
export interface StatusSection {
  name: string;
  read(): object | undefined;
}

/** What the tools of this package work with. */
export interface DiscoveryDependencies {
  fleet: Fleet;
  catalog: Catalog;
  /** Toolsets above add theirs. */
  sections: StatusSection[];
}
