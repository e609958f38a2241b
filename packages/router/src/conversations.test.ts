import type { RunRequest } from "@ollama-bridge/core-client";
import { memoryStore } from "@ollama-bridge/discovery";
import { describe, expect, it } from "vitest";
import { Conversations } from "./conversations.ts";

function answering(seen: RunRequest[], words = "yes") {
  return async (request: RunRequest, instance: string | undefined) => {
    seen.push(request);
    return {
      response: words,
      model: "m",
      instance: instance ?? "first",
      doneReason: "stop",
      truncated: false,
      usage: { input_tokens: 1, output_tokens: 1 },
      timings: { total_ms: 0, load_ms: 0, prompt_ms: 0, generate_ms: 0, tokens_per_second: 0 },
      warnings: [],
    };
  };
}

const say = (prompt: string): RunRequest => ({ model: "auto", prompt });

describe("a conversation", () => {
  it("survives the process and keeps namespaces apart", async () => {
    const store = memoryStore();
    const seen: RunRequest[] = [];
    await new Conversations(store, "team").turn("s", say("one"), answering(seen));
    await new Conversations(store, "team").turn("s", say("two"), answering(seen));
    await new Conversations(store, "other").turn("s", say("three"), answering(seen));
    expect(seen.map(({ messages }) => messages?.map(({ content }) => content))).toEqual([
      ["one"],
      ["one", "yes", "two"],
      ["three"],
    ]);
  });

  it("drops the oldest messages that do not fit, and says so", async () => {
    const conversations = new Conversations();
    const seen: RunRequest[] = [];
    for (let turn = 0; turn < 4; turn++)
      await conversations.turn("s", say(`${turn} ${"word ".repeat(1_500)}`), answering(seen));
    const last = await conversations.turn("s", say("and now?"), answering(seen));
    expect(last.warnings[0]).toMatch(/older messages of the session were left out/);
    expect(seen.at(-1)?.messages?.[0]?.role).toBe("user");
    expect(seen.at(-1)?.messages?.at(-1)?.content).toBe("and now?");
  });

  it("takes turns: two at once do not forget each other", async () => {
    const conversations = new Conversations();
    const seen: RunRequest[] = [];
    await Promise.all(["a", "b", "c"].map((text) => conversations.turn("s", say(text), answering(seen))));
    expect(seen.at(-1)?.messages).toHaveLength(5);
  });

  it("goes on after a turn that failed, and keeps nothing of it", async () => {
    const conversations = new Conversations();
    const seen: RunRequest[] = [];
    const failing = conversations.turn("s", say("lost"), () => Promise.reject(new Error("down")));
    await expect(failing).rejects.toThrow("down");
    await conversations.turn("s", say("kept"), answering(seen));
    expect(seen[0]?.messages).toEqual([{ role: "user", content: "kept" }]);
  });

  it("starts afresh when what was stored is not a conversation", async () => {
    const store = memoryStore();
    await store.set("conversation:default:s", { messages: "nonsense" });
    const seen: RunRequest[] = [];
    await new Conversations(store).turn("s", say("hello"), answering(seen));
    expect(seen[0]?.messages).toHaveLength(1);
  });
});
