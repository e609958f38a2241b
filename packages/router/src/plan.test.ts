import { createCatalog } from "@ollama-bridge/discovery";
import { describe, expect, it } from "vitest";
import { LiteralFleet, literalInstance, literalModel } from "../test/literal-fleet.ts";
import { planOf } from "./plan.ts";
import { createRoutingTable } from "./routing-table.ts";

const models = [
  literalModel("qwen2.5-coder:7b", { sizeBytes: 4.7e9 }),
  literalModel("deepcoder:1.5b", { sizeBytes: 1.1e9 }),
  literalModel("llama3:8b", { sizeBytes: 4.7e9 }),
  literalModel("gpt-oss:20b", { sizeBytes: 14e9 }),
  literalModel("nomic-embed-text:latest", { sizeBytes: 0.3e9 }),
];
const lists = {
  fleet: new LiteralFleet([literalInstance("a", models)]),
  table: createRoutingTable(),
  catalog: createCatalog(),
};
const plan = (request: Parameters<typeof planOf>[0]) => planOf(request, lists);

describe("the order of models", () => {
  it("keeps the category's own, then the others by how they suit", () => {
    const { demand } = plan({ model: "auto:code", prompt: "hi" });
    expect(demand.groups.slice(0, 2)).toEqual([["deepcoder:1.5b"], ["qwen2.5-coder:7b"]]);
    expect(demand.groups.at(-1)).toEqual(["nomic-embed-text:latest"]);
    expect(demand.groups.flat()).toHaveLength(models.length);
  });

  it("begins with the tier that is asked for", () => {
    const { demand, tier } = plan({ model: "auto", prompt: "Tell me a story", performance: "powerful" });
    expect(tier).toBe("powerful");
    expect(demand.groups[0]).toEqual(["gpt-oss:20b"]);
  });

  it("has a named model alone", () => {
    expect(plan({ model: "llama3:8b", prompt: "hi" }).demand.groups).toEqual([["llama3:8b"]]);
    expect(plan({ model: "llama3.2", prompt: "hi" }).demand.groups).toEqual([["llama3.2:latest"]]);
  });
});

describe("what a request needs", () => {
  it("is read from images, tools and thinking", () => {
    const request = {
      model: "auto",
      prompt: "hi",
      images: ["aGk="],
      tools: [{ function: { name: "weather" } }],
      think: true,
    };
    expect(plan(request).demand.needs).toEqual(["completion", "vision", "tools", "thinking"]);
  });

  it("is vectors for an embedding", () => {
    const { demand } = plan({ model: "auto", prompt: "hi", embedding: true });
    expect(demand).toMatchObject({
      needs: ["embedding"],
      groups: expect.arrayContaining([["nomic-embed-text:latest"]]),
    });
    expect(demand.groups[0]).toEqual(["nomic-embed-text:latest"]);
  });

  it("counts no more answer tokens than num_predict allows", () => {
    expect(plan({ model: "auto:code", prompt: "hi", options: { num_predict: 5 } }).demand.answerTokens).toBe(
      5,
    );
  });
});

describe("the tier that nobody asked for", () => {
  it.each([
    ["What is the capital of France?", "fast"],
    ["Write a Python class for a bank account with tests", "balanced"],
    [`Analyze this report in depth. ${"It rained. ".repeat(1_200)}`, "powerful"],
  ])("of %j is %s", (prompt, tier) => {
    expect(plan({ model: "auto", prompt }).tier).toBe(tier);
  });
});
