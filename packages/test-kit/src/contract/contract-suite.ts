import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectClient } from "./connect.ts";
import {
  type ClientKind,
  type ContractClient,
  clientKinds,
  type ProgressUpdate,
  type Reach,
} from "./contract-client.ts";

/** What the suite needs of the Ollama behind the server under test. */
export interface UpstreamProbe {
  /** An installed model that answers at once, and the tool result's text for `prompt`. */
  model: string;
  answerTo(prompt: string): string;
  /** Makes the next generation of the model wait before its first token; resolves when it is there. */
  holdGeneration(): { reached: Promise<void>; release(): void };
  /** Resolves when no generation is under way and `aborted` more were aborted than before the last hold. */
  generationAborted(): Promise<void>;
  /** Makes `changing` show something else than `seen`, its text as it was read. */
  change(seen: string): Promise<void>;
}

export interface ContractSubject {
  /** Ways to reach the server, by name: stdio, HTTP, in-process. */
  reaches: Record<string, () => Promise<Reach>>;
  upstream: () => UpstreamProbe;
  /** A tool that runs a model, taking `model` and `prompt`. */
  runningTool: string;
  resource: string;
  template: { uriTemplate: string; variable: string; prefix: string };
  /** A resource that changes by `upstream.change()`. */
  changing: string;
}

/** What every server must do for every client over every transport. */
export function contractSuite(subject: ContractSubject): void {
  for (const [transport, reach] of Object.entries(subject.reaches)) {
    for (const kind of clientKinds) {
      describe(`${transport}, ${kind} client`, () => {
        let client: ContractClient;
        beforeAll(async () => {
          client = await connectClient(kind, await reach());
        });
        afterAll(() => client?.close());
        contractTests(() => client, kind, subject);
      });
    }
  }
}

function contractTests(client: () => ContractClient, _kind: ClientKind, subject: ContractSubject): void {
  const { runningTool, upstream } = subject;

  test("lists its tools with everything a client needs", async () => {
    const tools = await client().listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toContain(runningTool);
    expect(new Set(names).size).toBe(names.length);
    for (const tool of tools) {
      expect(tool.inputSchema, tool.name).toMatchObject({ type: "object", additionalProperties: false });
      expect(tool.title, tool.name).toBeTruthy();
    }
  });

  test("answers a call with text and the same in an envelope", async () => {
    const { model, answerTo } = upstream();
    const result = await client().callTool(runningTool, { model, prompt: "ping" });
    expect(result.isError ?? false).toBe(false);
    expect(result.content[0]?.text).toBe(answerTo("ping"));
    expect(result.structuredContent).toMatchObject({
      status: "success",
      data: { response: answerTo("ping"), model },
      metadata: {
        tool: runningTool,
        requestId: expect.stringMatching(/^req_/),
        timestamp: expect.any(String),
      },
    });
  });

  test("answers a failure with its code, in the text and in the envelope", async () => {
    const result = await client().callTool(runningTool, { model: "no-such-model", prompt: "ping" });
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toMatch(/^MODEL_NOT_FOUND: .*no-such-model.*ollama pull no-such-model/s);
    expect(result.structuredContent).toMatchObject({
      status: "error",
      error: { code: "MODEL_NOT_FOUND", details: { model: "no-such-model", suggestions: expect.any(Array) } },
    });
  });

  test("names the argument that is wrong", async () => {
    const result = await client().callTool(runningTool, { model: 7, prompt: "ping" });
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toMatch(/^VALIDATION_ERROR: model: /);
    expect(result.structuredContent).toMatchObject({
      error: { code: "VALIDATION_ERROR", details: { path: "model" } },
    });
  });

  test("refuses an unknown tool by a protocol error", async () => {
    await expect(client().callTool("no_such_tool", {})).rejects.toThrow(/no_such_tool/);
  });

  test("tells progress while a model is waited for, each time more", async () => {
    const { model, holdGeneration } = upstream();
    const hold = holdGeneration();
    const updates: ProgressUpdate[] = [];
    const told = Promise.withResolvers<void>();
    const call = client().callTool(
      runningTool,
      { model, prompt: "ping" },
      {
        onProgress(update) {
          updates.push(update);
          told.resolve();
        },
      },
    );
    await Promise.all([hold.reached, told.promise]);
    hold.release();
    await call;
    expect(updates[0]?.message).toMatch(/queued|loading/);
    const values = updates.map(({ progress }) => progress);
    expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
  });

  test("cancels at Ollama what the client cancels", async () => {
    const { model, holdGeneration, generationAborted } = upstream();
    const hold = holdGeneration();
    const controller = new AbortController();
    const call = client().callTool(runningTool, { model, prompt: "ping" }, { signal: controller.signal });
    const outcome = call.then(
      () => "answered",
      () => "cancelled",
    );
    await hold.reached;
    controller.abort();
    await generationAborted();
    expect(await outcome).toBe("cancelled");
    hold.release();
  });

  test("shows its resources, and completes the variables of templates", async () => {
    const { resource, template } = subject;
    expect(await client().listResources()).toContain(resource);
    expect(await client().listResourceTemplates()).toContain(template.uriTemplate);
    expect((await client().readResource(resource)).length).toBeGreaterThan(0);
    const [first] = await client().complete(template.uriTemplate, template.variable, template.prefix);
    expect(first).toMatch(new RegExp(`^${template.prefix}`));
    const uri = template.uriTemplate.replace(`{${template.variable}}`, encodeURIComponent(first ?? ""));
    expect((await client().readResource(uri)).length).toBeGreaterThan(0);
    await expect(client().readResource("fleet://no/such/thing")).rejects.toThrow();
  });

  test("tells a subscriber of a change", async () => {
    const told = Promise.withResolvers<void>();
    const seen = await client().readResource(subject.changing);
    await client().subscribe(subject.changing, () => told.resolve());
    await upstream().change(seen);
    await told.promise;
  });
}
