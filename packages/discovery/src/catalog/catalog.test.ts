import { describe, expect, it } from "vitest";
import { builtInCatalog, createCatalog } from "./catalog.ts";
import { tierOf } from "./tiers.ts";

const local = (sizeBytes: number) => ({ sizeBytes, cloud: false });

describe("the catalog", () => {
  it("has the 27 models of the guide, 15 of them in the cloud, and the six that have tiers", () => {
    const cloud = builtInCatalog.filter(({ name }) => /[:-]cloud$/.test(name));
    expect(cloud).toHaveLength(15);
    expect(builtInCatalog).toHaveLength(33);
    expect(createCatalog().size).toBe(33);
    const withTier = builtInCatalog.filter(({ tier }) => tier !== undefined);
    expect(withTier.map(({ name, tier }) => [name, tier])).toEqual([
      ["phi4", "fast"],
      ["phi4-mini", "fast"],
      ["llama3.1:8b", "balanced"],
      ["mistral", "balanced"],
      ["gpt-oss:20b", "powerful"],
      ["codellama:33b", "powerful"],
    ]);
  });

  it("takes an operator's entry in place of its own, under the name with its tag", () => {
    const catalog = createCatalog([{ name: "phi4", tier: "powerful" }, { name: "mine" }]);
    expect(catalog.get("phi4:latest")).toEqual({ name: "phi4", tier: "powerful" });
    expect(catalog.has("mine:latest")).toBe(true);
  });
});

describe("a tier", () => {
  it.each([
    [2_999_999_999, "fast"],
    [3_000_000_000, "balanced"],
    [10_000_000_000, "balanced"],
    [10_000_000_001, "powerful"],
  ] as const)("of %i bytes is %s", (size, tier) => {
    expect(tierOf(local(size))).toBe(tier);
  });

  it("is powerful in the cloud, and what the catalog says before all", () => {
    expect(tierOf({ sizeBytes: 300, cloud: true })).toBe("powerful");
    expect(tierOf({ sizeBytes: 300, cloud: true }, { tier: "fast" })).toBe("fast");
    expect(tierOf(local(9_000_000_000), createCatalog().get("phi4:latest"))).toBe("fast");
  });
});
