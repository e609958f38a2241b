import type { ProgressUpdate } from "@ollama-bridge/test-kit/contract";
import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

const pulls = [{ model: { name: "phi4", size_bytes: 9e9 } }];

test("a pull tells its bytes, and the model is there", async () => {
  const { ollama, client } = await startCore({ models: [], pulls });
  const pause = ollama.pauseBefore("done", { path: "/api/pull" });
  const told: ProgressUpdate[] = [];
  const onProgress = (update: ProgressUpdate) => {
    told.push(update);
    pause.release();
  };
  const result = await client.callTool("ollama_pull", { model: "phi4" }, { onProgress });
  expect(result.structuredContent).toMatchObject({ data: { status: "success", bytes: 9e9 } });
  expect(told).not.toEqual([]);
  expect(ollama.models.find("phi4")).toBeDefined();
});

test("two pulls of one model are one, which ends when both have left", async () => {
  const { ollama, client } = await startCore({ models: [], pulls });
  const pause = ollama.pauseBefore("token-2", { path: "/api/pull" });
  const [first, second] = [new AbortController(), new AbortController()];
  const calls = [first, second].map(({ signal }, index) =>
    client.callTool("ollama_pull", { model: ["phi4", "phi4:latest"][index] }, { signal }).catch(() => "left"),
  );
  await pause.reached;
  first.abort();
  expect(await calls[0]).toBe("left");
  expect(ollama.counters.aborted).toBe(0);
  second.abort();
  await ollama.until(({ aborted }) => aborted === 1);
  expect(ollama.counters.requests["/api/pull"]).toBe(1);
});

test("a registry that cannot be reached is an error, not a success", async () => {
  const { client } = await startCore({ models: [], pulls, registry: "unreachable" });
  const result = await client.callTool("ollama_pull", { model: "phi4" });
  expect(result.structuredContent).toMatchObject({ error: { code: "OLLAMA_PROCESSING_ERROR" } });
});
