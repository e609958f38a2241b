import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createProject, type Project } from "./project-bridge.ts";

let own: TestOllama;
let foreign: TestOllama;
beforeAll(async () => {
  const local = { name: "qwen2.5-coder:7b", size_bytes: 4.7e9, context_length: 1e6, answer: "mine" };
  const cloud = { name: "deepseek:cloud", cloud: true as const, answer: "from the cloud" };
  [own, foreign] = await Promise.all([
    createTestOllama({ models: [local, cloud] }),
    createTestOllama({ models: [{ ...local, answer: "theirs" }] }),
  ]);
});
afterAll(() => Promise.all([own.close(), foreign.close()]));

/** The user's own configuration finds `own` and nobody else. */
const users = (more = "") => `discovery: { ports: "${own.port}" }\n${more}`;
const quiet = () => ({ OLLAMA_BASE_URL: own.url });
const start = (project: Project, ...args: string[]) => project.start(quiet(), ...args);

describe("a project that somebody else wrote", () => {
  test("sends no prompt to a port of its choice", async () => {
    const project = await createProject(users());
    project.brings(
      `discovery: { ports: "${own.port},${foreign.port}", hosts: [127.0.0.1], allow_networks: [127.0.0.0/8] }
instances: [{ name: theirs, url: "${foreign.url}", priority: 1000, private: true }]
`,
    );
    const bridge = await start(project);
    const ask = { prompt: "The password is in this file.", privacy: "local_only" };
    const answers = await Promise.all(Array.from({ length: 8 }, () => bridge.call("route_request", ask)));
    expect(answers.map(({ data }) => data.response)).toEqual(Array(8).fill("mine"));
    expect(foreign.counters.log).toEqual([]);
  });

  test("chooses no model, and none in the cloud for one", async () => {
    const project = await createProject(users());
    project.brings(`routing:
  categories: { code: { models: ["deepseek:cloud"] } }
  experiments: [{ name: e, split: { "deepseek:cloud": 1 } }]
  policies: [{ name: p, use: { models: ["deepseek:cloud"] } }]
  weights: { remote: 0, price: 0 }
`);
    const bridge = await start(project);
    for (const [tool, more] of [
      ["route_task", { category: "code" }],
      ["route_request", {}],
    ] as const)
      expect((await bridge.call(tool, { prompt: "Reverse a list in Python.", ...more })).data).toMatchObject({
        model: "qwen2.5-coder:7b",
        response: "mine",
      });
  });

  test("keeps prompts on private machines, if it wants that, and does no more with it", async () => {
    const project = await createProject(
      users('routing: { categories: { mine: { models: ["deepseek:cloud"] } } }'),
    );
    const route = async () => (await start(project)).call("route_task", { category: "mine", prompt: "hi" });
    expect((await route()).data).toMatchObject({ response: "from the cloud" });
    project.brings(
      'routing: { policies: [{ name: p, when: { prompt_matches: "never" }, use: { privacy: local_only, models: ["no-such"] } }] }',
    );
    expect((await route()).data).toMatchObject({
      response: "mine",
      warnings: [
        expect.stringMatching(
          /: routing\.policies\[0\]\.use\.models, routing\.policies\[0\]\.when\.prompt_matches\. .*: routing\.policies\[0\]\.use\.privacy\. /,
        ),
      ],
    });
  });

  test("never has its wishes put before the user's own rules", async () => {
    const project = await createProject(
      users('routing: { policies: [{ name: mine, forbid: { models: ["deepseek:cloud"] } }] }'),
    );
    project.brings('routing: { policies: [{ name: theirs, forbid: { models: ["qwen2.5-coder:7b"] } }] }');
    const bridge = await start(project);
    const { data } = await bridge.call("route_request", { prompt: "hi" });
    expect(data).toMatchObject({ response: "mine" });
    expect(data.warnings.join()).toMatch(/policy \[0\] of the project matches nothing/);
  });

  test("cannot push a prompt to the cloud by forbidding what is here", async () => {
    const project = await createProject(users());
    project.brings('routing: { policies: [{ name: theirs, forbid: { models: ["qwen2.5-coder:7b"] } }] }');
    const bridge = await start(project);
    const { data } = await bridge.call("route_request", { prompt: "hi" });
    expect(data).toMatchObject({ response: "mine" });
  });

  test("takes tools away, but adds none", async () => {
    const project = await createProject(users());
    project.brings(
      "tools: { include: [recall, ollama_generate, ollama_delete], all: true, allow_manage: true, results: text }",
    );
    const bridge = await start(project);
    expect(await bridge.tools()).toEqual(["recall"]);
    expect(bridge.log()).toContain(
      '"ignored":["tools.all","tools.allow_manage","tools.results","tools.include: ollama_generate","tools.include: ollama_delete"]',
    );
    project.brings("tools: { only: [memory, router], without: [recall] }");
    const within = await (await start(project, "--only", "memory", "--without", "search_memories")).tools();
    expect(within.sort()).toEqual(["forget", "remember_consult"]);
  });
});

describe("the ignored settings of an untrusted project file", () => {
  const file = "memory: { dir: /x }\nlog: { level: error }\n";
  const notice =
    /Ignoring untrusted project settings of .*ollama-bridge\.config\.yaml: memory\.dir\. .*user's decision/;

  test("is named in the log whatever its level, in the first answer, and in fleet_status", async () => {
    const project = await createProject(users());
    project.brings(file);
    const bridge = await start(project);
    const [first, second] = [await bridge.call("list_models"), await bridge.call("list_models")];
    expect(first.data.warnings).toEqual([expect.stringMatching(notice)]);
    expect(first.texts).toEqual([second.texts[0], expect.stringMatching(notice)]);
    expect(second.data.warnings).toBeUndefined();
    const status = await bridge.call("fleet_status");
    expect(status.data.untrusted_project).toMatchObject({
      changed: false,
      ignored: ["memory.dir"],
      counted: ["log.level"],
      notice: expect.stringMatching(notice),
    });
    expect(status.texts[0]).toMatch(notice);
    expect(
      bridge
        .log()
        .split("\n")
        .filter((line) => notice.test(line)),
    ).toHaveLength(1);
  });

  test("is named with a first answer that is an error, too", async () => {
    const project = await createProject(users());
    project.brings(file);
    const answer = await (await start(project)).call("ask_model", { model: "none", prompt: "hi" });
    expect(answer.error?.code).toBe("MODEL_NOT_FOUND");
    expect(answer.texts).toEqual([expect.stringMatching(/^MODEL_NOT_FOUND/), expect.stringMatching(notice)]);
    expect(answer.data.warnings).toEqual([expect.stringMatching(notice)]);
  });

  test.each([
    ["models"],
    ["scan"],
    ["ask", "qwen2.5-coder:7b", "hi"],
    ["route", "hi"],
    ["doctor"],
    ["init", "--client", "codex", "--dry-run"],
    ["try"],
  ])("is named on stderr by the command %s, unless the project is trusted", async (...args) => {
    const project = await createProject(users());
    project.brings("memory: { namespace: x }\n");
    const ignoring = /Ignoring untrusted project settings of .*: memory\.namespace\./;
    // A first run on nobody is over at once.
    const env = args[0] === "try" ? { OLLAMA_BASE_URL: "http://127.0.0.1:9" } : quiet();
    expect((await project.bridge(args, { env })).stderr).toMatch(ignoring);
    expect((await project.bridge([...args, "--trust-project"], { env })).stderr).not.toMatch(ignoring);
  });
});

describe("while a bridge runs", () => {
  const said = (bridge: { log(): string }, text: RegExp) =>
    vi.waitFor(() => expect(bridge.log()).toMatch(text), { timeout: 10_000 });
  const theirs = "routing: { categories: { theirs: { models: [deepseek:cloud] } } }\n";

  test("what a project's file comes to say counts no more than before", async () => {
    const project = await createProject(users());
    project.brings("log: { level: info }\n");
    const bridge = await start(project);
    await bridge.call("list_models");
    project.brings(theirs);
    await said(bridge, /Ignoring untrusted project settings of [^"]*: routing\.categories\./);
    expect((await bridge.call("route_task", { category: "theirs", prompt: "hi" })).error?.code).toBe(
      "VALIDATION_ERROR",
    );
    expect((await bridge.call("fleet_status")).data.untrusted_project.ignored).toEqual([
      "routing.categories",
    ]);
  });

  test("trust counts at once, and ends with a change of the file", async () => {
    const project = await createProject(users());
    project.brings(theirs);
    const bridge = await start(project);
    const route = () => bridge.call("route_task", { category: "theirs", prompt: "hi" });
    expect((await route()).error?.code).toBe("VALIDATION_ERROR");
    expect(await project.bridge(["trust"])).toMatchObject({ code: 0 });
    await said(bridge, /"keys":\["routing\.categories"[^\n]*the changed configuration is in use/);
    expect((await route()).data).toMatchObject({ response: "from the cloud" });
    expect((await bridge.call("fleet_status")).data.untrusted_project).toBeUndefined();
    project.brings(`${theirs}# and more\n`);
    await said(bridge, /has changed since it was trusted\. Ignoring/);
    const refused = await route();
    expect(refused.error?.code).toBe("VALIDATION_ERROR");
    expect(refused.data.warnings).toEqual([expect.stringMatching(/has changed since it was trusted/)]);
  });
});

describe("the command trust", () => {
  const ignoring = /Ignoring untrusted/;

  test("trusts a project's files as they are, from any of its folders, until --remove", async () => {
    const project = await createProject(users());
    project.brings("memory: { namespace: x }\n");
    await project.write("project/.vscode/mcp.json", "{}");
    await project.write("project/deep/er/file", "");
    const cwd = join(project.project, "deep", "er");
    const files = ["ollama-bridge.config.yaml", join(".vscode", "mcp.json")].map((name) =>
      join(project.project, name),
    );
    const trusting = await project.bridge(["trust"], { cwd });
    expect(trusting).toMatchObject({ code: 0, stderr: "" });
    for (const file of files) expect(trusting.stdout).toContain(`Trusted: ${file}\n`);
    const models = () => project.bridge(["models"], { cwd, env: quiet() });
    expect((await models()).stderr).not.toMatch(ignoring);
    expect((await project.bridge(["trust", "--remove"], { cwd })).stdout).toContain(files[0]);
    expect((await models()).stderr).toMatch(ignoring);
    expect(await project.bridge(["trust", "--remove"], { cwd })).toMatchObject({ code: 1 });
  });

  test("covers the memory server that a project names", async () => {
    const project = await createProject(users());
    const file = "project/.vscode/mcp.json";
    await project.write(file, '{ "servers": { "memory": { "command": "/nonexistent/theirs" } } }');
    const memory = async () => {
      const { stdout } = await project.bridge(["doctor", "--json"], { env: quiet() });
      const { checks } = JSON.parse(stdout) as { checks: { name: string; message: string }[] };
      return checks.filter(({ name }) => name === "external memory").map(({ message }) => message);
    };
    expect(await memory()).toEqual([expect.stringMatching(/not started, because the file is not trusted/)]);
    await project.bridge(["trust"]);
    expect(await memory()).toEqual([expect.stringMatching(/^\/nonexistent\/theirs .*ENOENT/)]);
    await project.write(file, '{ "servers": { "memory": { "command": "/nonexistent/other" } } }');
    expect(await memory()).toEqual([
      expect.stringMatching(/because the file has changed since it was trusted/),
    ]);
  });

  test("says where there is nothing, and does not trust what is wrong", async () => {
    const project = await createProject(users());
    expect(await project.bridge(["trust"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(project.project),
    });
    project.brings("instances: [{ name: a }]\n");
    expect(await project.bridge(["trust"])).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/^CONFIG_INVALID: .*config\.yaml:1: instances\.0\.url: .*\n$/),
    });
  });
});

describe("a file that is wrong ends the start in one line", () => {
  test.each<[string, string, RegExp, ...string[]]>([
    ["no YAML", "a: [\n", /config\.yaml:\d: /],
    ["an alias of nothing", "log: *nothing\n", /Unresolved alias/],
    ["brackets in brackets", "[".repeat(100_000), /64 deep/],
    ["a large one", `x: "${"x".repeat(300_000)}"`, /256 KiB/],
    [
      "a look-ahead",
      "\nrouting: { policies: [{ name: p, when: { prompt_matches: 'a(?=b)' }, forbid: {} }] }\n",
      /config\.yaml:2: routing\.policies\.0\.when\.prompt_matches: .*look-ahead \(\?=/,
    ],
    [
      "a back-reference",
      "routing:\n  experiments:\n    - { name: e, split: {}, when: { prompt_matches: '(a)\\1' } }\n",
      /config\.yaml:3: routing\.experiments\.0\.when\.prompt_matches: .*back-reference \\1/,
      "--trust-project",
    ],
  ])("%s", async (_, text, message, ...args) => {
    const project = await createProject(users());
    project.brings(text);
    const { code, stdout, stderr } = await project.bridge(["serve", ...args]);
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    expect(stderr).toMatch(/^CONFIG_INVALID: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  });
});

test.each([["trusted", "--trust-project"], ["not trusted"]])(
  "a pattern that used to need for ever is run over a long prompt, in a file that is %s",
  async (_, ...args) => {
    const project = await createProject(users());
    const policy = (name: string) =>
      `{ name: ${name}, when: { prompt_matches: "^(a+)+$" }, forbid: { models: ["qwen2.5-coder:7b"] } }`;
    project.brings(`routing: { policies: [${policy("theirs")}] }`);
    const file = join(project.path, "mine.yaml");
    writeFileSync(file, users(`routing: { policies: [${policy("mine")}] }`));
    const prompt = `${"a".repeat(1_000_000)}!`;
    for (const flags of [args, ["--config", file]]) {
      const bridge = await start(project, ...flags);
      const { data, error } = await bridge.call("route_request", { prompt, dry_run: true });
      expect(error).toBeUndefined();
      expect(data).toBeDefined();
    }
  },
);
