import { readFileSync } from "node:fs";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { OllamaClient } from "../api/ollama-client.ts";

afterEach(() => void vi.unstubAllEnvs());

/** A forward proxy that takes every request to one place and notes where it was meant to go. */
async function startProxy(to: number): Promise<{ url: string; asked: string[]; keys: unknown[] }> {
  const asked: string[] = [];
  const keys: unknown[] = [];
  const proxy = createServer((request, response) => {
    const wanted = new URL(request.url ?? "");
    asked.push(wanted.host);
    keys.push(request.headers.authorization);
    get({ host: "127.0.0.1", port: to, path: wanted.pathname }, (answer) => void answer.pipe(response));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked, keys };
}

test("the proxy of the environment is used for other machines, never for this one", async () => {
  const ollama = await createTestOllama({ version: "0.33.0" });
  const proxy = await startProxy(ollama.port);
  vi.stubEnv("HTTP_PROXY", proxy.url);
  vi.stubEnv("NO_PROXY", "direct.example");
  const far = new OllamaClient({ name: "far", url: "http://ollama.example:11434" });
  const near = new OllamaClient({ name: "near", url: ollama.url });
  onTestFinished(async () => {
    await Promise.all([far.close(), near.close()]);
    await ollama.close();
  });
  expect(await far.version()).toBe("0.33.0");
  expect(proxy.asked).toEqual(["ollama.example:11434"]);
  expect(await near.version()).toBe("0.33.0");
  expect(proxy.asked).toHaveLength(1);
});

test("a name that looks like the loopback's address is another machine's", async () => {
  const ollama = await createTestOllama({ version: "0.33.0" });
  const proxy = await startProxy(ollama.port);
  vi.stubEnv("HTTP_PROXY", proxy.url);
  const client = new OllamaClient({ name: "evil", url: "http://127.evil.test:11434", apiKey: "sesame" });
  onTestFinished(async () => {
    await client.close();
    await ollama.close();
  });
  expect(await client.version()).toBe("0.33.0");
  expect(proxy).toMatchObject({ asked: ["127.evil.test:11434"], keys: [undefined] });
});

test("what must stay on this machine takes no proxy", async () => {
  const ollama = await createTestOllama({ version: "0.33.0" });
  const proxy = await startProxy(ollama.port);
  vi.stubEnv("HTTP_PROXY", proxy.url);
  const url = "http://192.0.2.7:11434";
  const client = new OllamaClient({ name: "was here", url, thisMachineOnly: true }, { connectMs: 100 });
  onTestFinished(async () => {
    await client.close();
    await ollama.close();
  });
  await expect(client.version()).rejects.toMatchObject({ code: "OLLAMA_CONNECTION_FAILED" });
  expect(proxy.asked).toEqual([]);
});

// Only Linux tells the timers of a connection.
test.runIf(process.platform === "linux")("the system detects a dead peer within 30 s", async () => {
  const ollama = await createTestOllama({ models: [{ name: "llama3.2" }] });
  ollama.inject({ kind: "silent", path: "/api/generate" });
  const client = new OllamaClient(ollama.url);
  const cancel = new AbortController();
  onTestFinished(async () => {
    await client.close();
    await ollama.close();
  });
  const answer = client.generate({ model: "llama3.2", prompt: "hi" }, { signal: cancel.signal });
  await ollama.until(({ totalInFlight }) => totalInFlight === 1);
  const [, timer = "", ticks = ""] = timerOfConnectionTo(ollama.port) ?? [];
  const KEEP_ALIVE = "02";
  expect(timer).toBe(KEEP_ALIVE);
  expect(Number.parseInt(ticks, 16) / 100).toBeLessThanOrEqual(20);
  cancel.abort();
  await expect(answer).rejects.toThrow();
});

/** The kind of the timer that runs for a client's connection, and its hundredths of a second, in hexadecimal. */
function timerOfConnectionTo(port: number): RegExpMatchArray | undefined {
  const remote = port.toString(16).toUpperCase().padStart(4, "0");
  const established = new RegExp(`\\w+:\\w+ \\w+:${remote} 01 \\w+:\\w+ (\\w+):(\\w+) `);
  return readFileSync("/proc/net/tcp", "utf8").match(established) ?? undefined;
}
