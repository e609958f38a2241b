import type { RunRequest } from "@ollama-bridge/core-client";
import { memoryStore } from "@ollama-bridge/discovery";
import { anonymous, localUser, type Principal } from "@ollama-bridge/server-kit";
import { describe, expect, it } from "vitest";
import { Conversations, type TurnSteps } from "./conversations.ts";

const ROOM_TOKENS = 3_000;
const running = <Result>(run: TurnSteps<Result>["run"]): TurnSteps<Result> => ({
  room: async () => ROOM_TOKENS,
  run,
});

function answering(seen: RunRequest[], words = "yes") {
  return running(async (request, instance) => {
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
  });
}

const mine = { principal: localUser, sessionId: "s" };
const say = (prompt: string): RunRequest => ({ model: "auto", prompt });

describe("a conversation", () => {
  it("does not keep a turn that is longer than a session may be, and says so", async () => {
    const conversations = new Conversations(memoryStore(), "team");
    const seen: RunRequest[] = [];
    const { warnings } = await conversations.turn(mine, say("one"), answering(seen, "x".repeat(2_000_001)));
    expect(warnings).toContainEqual(expect.stringContaining("longer than a session keeps"));
    await conversations.turn(mine, say("two"), answering(seen));
    expect(seen.at(-1)?.messages?.map(({ content }) => content)).toEqual(["two"]);
  });

  it("survives the process and keeps namespaces apart", async () => {
    const store = memoryStore();
    const seen: RunRequest[] = [];
    await new Conversations(store, "team").turn(mine, say("one"), answering(seen));
    await new Conversations(store, "team").turn(mine, say("two"), answering(seen));
    await new Conversations(store, "other").turn(mine, say("three"), answering(seen));
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
      await conversations.turn(mine, say(`${turn} ${"word ".repeat(1_500)}`), answering(seen));
    const last = await conversations.turn(mine, say("and now?"), answering(seen));
    expect(last.warnings[0]).toMatch(/older messages of the session were left out/);
    expect(seen.at(-1)?.messages?.[0]?.role).toBe("user");
    expect(seen.at(-1)?.messages?.at(-1)?.content).toBe("and now?");
  });

  it("takes turns: two at once do not forget each other", async () => {
    const conversations = new Conversations();
    const seen: RunRequest[] = [];
    await Promise.all(["a", "b", "c"].map((text) => conversations.turn(mine, say(text), answering(seen))));
    expect(seen.at(-1)?.messages).toHaveLength(5);
  });

  it("goes on after a turn that failed, and keeps nothing of it", async () => {
    const conversations = new Conversations();
    const seen: RunRequest[] = [];
    const failing = conversations.turn(
      mine,
      say("lost"),
      running(() => Promise.reject(new Error("down"))),
    );
    await expect(failing).rejects.toThrow("down");
    await conversations.turn(mine, say("kept"), answering(seen));
    expect(seen[0]?.messages).toEqual([{ role: "user", content: "kept" }]);
  });

  it("starts afresh when what was stored is not a conversation", async () => {
    const store = memoryStore();
    const conversations = new Conversations({ ...store, get: async () => ({ messages: "nonsense" }) });
    const seen: RunRequest[] = [];
    await conversations.turn(mine, say("hello"), answering(seen));
    expect(seen[0]?.messages).toHaveLength(1);
  });

  it("belongs to one principal: an id tells another nothing", async () => {
    const session = (id: string): Principal => ({ kind: "session", id });
    const principals = [localUser, { kind: "token", hash: "a" } as const, session("a"), session("b")];
    const conversations = new Conversations();
    const seen: RunRequest[] = [];
    for (const principal of [...principals, ...principals])
      await conversations.turn({ principal, sessionId: "s" }, say("hello"), answering(seen));
    expect(seen.map(({ messages }) => messages?.length)).toEqual([1, 1, 1, 1, 3, 3, 3, 3]);
  });

  it("is not confused by names that contain each other's separators", async () => {
    const store = memoryStore();
    const seen: RunRequest[] = [];
    await new Conversations(store, "a").turn(
      { principal: localUser, sessionId: 'b","c' },
      say("one"),
      answering(seen),
    );
    await new Conversations(store, 'a","b').turn(
      { principal: localUser, sessionId: "c" },
      say("two"),
      answering(seen),
    );
    expect(seen[1]?.messages).toHaveLength(1);
  });

  it("of an MCP session is not written down: nobody could come back to it", async () => {
    const store = memoryStore();
    const written: string[] = [];
    const set = async (key: string) => void written.push(key);
    const conversations = new Conversations({ ...store, set });
    const principal: Principal = { kind: "session", id: "x" };
    await conversations.turn({ principal, sessionId: "s" }, say("secret"), answering([]));
    await conversations.turn(mine, say("kept"), answering([]));
    expect(written).toHaveLength(1);
  });

  it("of a caller that nothing tells from others needs an id that nobody guesses", async () => {
    const conversations = new Conversations();
    const seen: RunRequest[] = [];
    const turn = (sessionId: string) =>
      conversations.turn({ principal: anonymous, sessionId }, say("hello"), answering(seen));
    const refusal = await turn("main").catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "VALIDATION_ERROR", details: { path: "session_id" } });
    expect(seen).toHaveLength(0);
    const [suggested = ""] = /[0-9a-f]{32}/.exec((refusal as { hint: string }).hint) ?? [];
    for (const id of [suggested, suggested, crypto.randomUUID()]) await turn(id);
    expect(seen.map(({ messages }) => messages?.length)).toEqual([1, 3, 1]);
  });
});
