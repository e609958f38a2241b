import { stopClock } from "@ollama-bridge/test-kit/contract";
import { describe, expect, test } from "vitest";
import { inFlight, startRouter } from "../test/router-server.ts";

const limits = () => ({ timeoutMs: 60_000 });
const embedder = { name: "embedder", capabilities: ["embedding"] };
const llama = { name: "llama", answer: "hello" };

describe("as the runner of everything above", () => {
  test("embeds, on another instance when one fails", async () => {
    const models = [embedder, llama];
    const { router, servers, fleet } = await startRouter([{ models }, { models }], {
      instances: { a: { priority: 1 } },
    });
    servers[0]?.inject({ kind: "out-of-memory", path: "/api/embed" });
    const answer = await router.embed({ model: "embedder", input: ["one", "two"] }, limits());
    expect(answer.embeddings).toHaveLength(2);
    expect(answer.instance).toBe("b");
    expect(inFlight(fleet)).toBe(0);
  });

  test("chooses a model that embeds when none is named, and refuses one that cannot", async () => {
    const { router } = await startRouter([{ models: [llama, embedder] }]);
    expect((await router.embed({ model: "auto", input: ["one"] }, limits())).embeddings).toHaveLength(1);
    const wrong = router.embed({ model: "llama", input: ["one"] }, limits());
    await expect(wrong).rejects.toMatchObject({ code: "CAPABILITY_UNSUPPORTED" });
  });

  test("lists the models of all instances once, and shows one wherever it is", async () => {
    stopClock();
    const other = { name: "other", context_length: 1234 };
    const { router } = await startRouter([{ models: [llama] }, { models: [llama, other] }]);
    const names = (await router.list()).models.map(({ name }) => name);
    expect(names.sort()).toEqual(["llama:latest", "other:latest"]);
    expect((await router.show("other")).details.family).toBe("llama");
    await expect(router.show("absent")).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    expect(await router.version()).toBe("0.33.0");
  });

  test("answers auto and auto:<category> with the model that ran", async () => {
    const { router } = await startRouter([{ models: [llama] }]);
    expect(await router.run({ model: "auto", prompt: "hi" }, limits())).toMatchObject({
      model: "llama:latest",
    });
    const { router: coder } = await startRouter([{ models: [{ name: "qwen2.5-coder:7b" }] }]);
    const coded = await coder.run({ model: "auto:code", prompt: "hi" }, limits());
    expect(coded).toMatchObject({ model: "qwen2.5-coder:7b", route: { category: "code" } });
  });

  test("takes changed settings for the next call", async () => {
    const { router } = await startRouter([{ models: [llama, embedder] }]);
    const table = new Map([["chores", { description: "", models: ["llama"] }]]);
    router.settings = { ...router.settings, table };
    const answer = await router.run({ model: "auto:chores", prompt: "hi" }, limits());
    expect(answer.route.reason).toContain("first installed model of the category chores");
  });

  test("tells queued, loading and generating", async () => {
    const { router } = await startRouter([{ models: [llama] }]);
    const told: string[] = [];
    await router.run(
      { model: "llama", prompt: "hi" },
      { ...limits(), onEvent: ({ type }) => told.push(type) },
    );
    expect([...new Set(told)]).toEqual(["queued", "loading", "generating"]);
  });
});
