import { cp, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseToml } from "smol-toml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clients } from "../src/init/clients.ts";
import { readClientFile, writeClientFile } from "../src/init/formats/client-file.ts";
import { commandOf, servers } from "../src/init/servers.ts";
import { applicationData, createTemporaryHome, type TemporaryHome } from "./temporary-home.ts";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const bin = join(dist, "bin.js");
const memoryBin = fileURLToPath(new URL("../../../packages/memory/dist/bin.js", import.meta.url));

let home: TemporaryHome;
beforeEach(async () => {
  home = await createTemporaryHome();
});
afterEach(() => home.remove());

const init = (...args: string[]) => home.bridge(["init", ...args]);
const textResults = ["--results", "text"];

/** Each client and scope: its file from the home, the keys to its servers, and what it wants beside the command. */
const places: [client: string, scope: string, file: string, keys: string[], args: string[], more?: object][] =
  [
    ["claude-code", "user", ".claude.json", ["mcpServers"], textResults],
    ["claude-code", "project", "project/.mcp.json", ["mcpServers"], textResults],
    ["claude-code", "local", ".claude.json", ["projects", "PROJECT", "mcpServers"], textResults],
    ["codex", "user", ".codex/config.toml", ["mcp_servers"], textResults],
    ["codex", "project", "project/.codex/config.toml", ["mcp_servers"], textResults],
    ["gemini", "user", ".gemini/settings.json", ["mcpServers"], []],
    ["gemini", "project", "project/.gemini/settings.json", ["mcpServers"], []],
    ["vscode", "user", `${applicationData}/Code/User/mcp.json`, ["servers"], textResults, { type: "stdio" }],
    ["vscode", "project", "project/.vscode/mcp.json", ["servers"], textResults, { type: "stdio" }],
    ["cursor", "user", ".cursor/mcp.json", ["mcpServers"], []],
    ["cursor", "project", "project/.cursor/mcp.json", ["mcpServers"], []],
    ["claude-desktop", "user", `${applicationData}/Claude/claude_desktop_config.json`, ["mcpServers"], []],
  ];

const contentOf = (file: string, text: string) =>
  file.endsWith(".toml") ? parseToml(text) : JSON.parse(text);
const nested = (keys: string[], value: unknown): unknown =>
  keys.reduceRight(
    (inner, key) => ({ [key === "PROJECT" ? home.project.replaceAll("\\", "/") : key]: inner }),
    value,
  );

/** A file that has other servers, in every style that ours has to get along with. */
function otherContent(file: string, keys: string[]): string {
  if (file.endsWith(".toml")) {
    return '# my own\r\nmodel = "o4"\r\n\r\n[mcp_servers.other] # theirs\r\ncommand = "x"\r\nargs = [\r\n  "[mcp_servers.ollama-bridge]", # not it\r\n]\r\n\r\n# the end\r\n[profiles.p]\r\nmodel = "o3"\r\n';
  }
  const inner = '{\r\n\t\t"other": {"command": "x", "args": ["// no comment"]} // theirs\r\n\t}';
  const holder = keys.reduceRight((text, key) => {
    const name = key === "PROJECT" ? home.project.replaceAll("\\", "/") : key;
    return text === "" ? `"${name}": ${inner}` : `"${name}": {${text}, "kept": [1,2]}`;
  }, "");
  return `\uFEFF{\r\n\t// my own\r\n\t"z": 1, /* , */\r\n\t${holder},\r\n\t"a": {"deep": {"er": null}},\r\n}`;
}

test.each(["utf16le", "swapped"] as const)("a file in UTF-16 (%s) stays in it", async (form) => {
  const encode = (text: string) =>
    form === "swapped" ? Buffer.from(text, "utf16le").swap16() : Buffer.from(text, "utf16le");
  const before = encode('\ufeff{\r\n  "mcpServers": {}\r\n}');
  await home.write(".cursor/mcp.json", "");
  const path = join(home.path, ".cursor", "mcp.json");
  await writeFile(path, before);
  expect(await init("--client", "cursor", "--yes")).toMatchObject({ code: 0 });
  const after = await readFile(path);
  expect(after.subarray(0, 2)).toEqual(before.subarray(0, 2));
  const text = (form === "swapped" ? Buffer.from(after).swap16() : after).toString("utf16le").slice(1);
  expect(JSON.parse(text)).toMatchObject({ mcpServers: { "ollama-bridge": { command: process.execPath } } });
  expect(await init("--client", "cursor", "--remove", "--yes")).toMatchObject({ code: 0 });
  expect(await readFile(path)).toEqual(before);
});

describe.each(places)("%s, %s", (client, scope, file, keys, results, more = {}) => {
  const flags = ["--client", client, "--scope", scope];

  test("gets our server into an empty home, and knows it again", async () => {
    const first = await init(...flags, "--env", "OLLAMA_HOST=gpu-box", "--yes");
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("(new file)") });
    const entry = {
      ...more,
      command: process.execPath,
      args: [bin, ...results],
      env: { OLLAMA_HOST: "gpu-box" },
    };
    expect(contentOf(file, await home.read(file))).toEqual(nested(keys, { "ollama-bridge": entry }));
    const before = await home.state(file);
    const second = await init(...flags);
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to do") });
    expect(await home.state(file)).toEqual(before);
  });

  test("gets it beside what is there, which stays byte for byte", async () => {
    const before = otherContent(file, keys);
    await home.write(file, before);
    expect(await init(...flags, "--servers", "bridge,memory", "--yes")).toMatchObject({ code: 0 });
    const after = await home.read(file);
    for (const line of before.split("\r\n")) expect(after).toContain(line.replace(/\} \/\/ theirs$/, "}"));
    expect(after.match(/\r\n/g)?.length).toBe(after.match(/\n/g)?.length);
    expect(after).toContain(JSON.stringify(memoryBin));
    expect(await init(...flags, "--servers", "bridge,memory", "--remove", "--yes")).toMatchObject({
      code: 0,
    });
    expect(await home.read(file)).toBe(before);
  });

  test("is shown the change and keeps its file without --yes and with --dry-run", async () => {
    await home.write(file, otherContent(file, keys));
    const before = await home.state(file);
    const refused = await init(...flags);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("Add --yes") });
    expect(refused.stdout).toContain(join(home.path, file));
    expect(refused.stdout).toMatch(/^ {2}\+ .*ollama-bridge/m);
    expect(await init(...flags, "--dry-run")).toEqual({ code: 0, stdout: refused.stdout, stderr: "" });
    expect(await home.state(file)).toEqual(before);
  });

  test("keeps a file that does not parse, which is named with its line", async () => {
    await home.write(file, file.endsWith(".toml") ? "a = 1\nb = = 2\n" : '{\n  "a": [1,,]\n}\n');
    const before = await home.state(file);
    const run = await init(...flags, "--yes");
    expect(run.code).toBe(78);
    expect(run.stderr).toContain(`CONFIG_INVALID: ${join(home.path, file)}:2: `);
    expect(await home.state(file)).toEqual(before);
  });
});

describe("a server that is there otherwise", () => {
  const json = (args: string) =>
    `{\n  "mcpServers": {\n    "ollama-bridge": {\n      // mine\n      "command": "npx", // as ever\n      "args": ${args},\n      "timeout": 5\n    },\n    "b": {}\n  }\n}\n`;
  const entryArgs = JSON.stringify([bin]);

  test("is changed in JSON setting by setting, and shown as before and after", async () => {
    await home.write(".cursor/mcp.json", json('["-y", "ollama-bridge-mcp@0.0.1"]'));
    const { stdout } = await init("--client", "cursor", "--yes");
    expect(stdout).toMatch(/^ {2}- .*npx.*$[\s\S]*^ {2}\+ .*bin\.js/m);
    const expected = json(entryArgs).replace('"npx"', JSON.stringify(process.execPath));
    expect(await home.read(".cursor/mcp.json")).toBe(expected);
  });

  test("is changed in TOML setting by setting", async () => {
    const toml = (command: string, args: string, env: string) =>
      `[mcp_servers.ollama-bridge]\n# mine\ncommand = ${command} # as ever\nargs = ${args}\nstartup_timeout_sec = 20\n\n[mcp_servers.ollama-bridge.env]\nA = "1"\n${env}\n# other\n[mcp_servers.b]\ncommand = "x"\n`;
    await home.write(".codex/config.toml", toml("'npx'", '[\n  "-y", # yes\n  "ollama-bridge-mcp",\n]', ""));
    expect(await init("--client", "codex", "--env", "B=$&2", "--yes")).toMatchObject({ code: 0 });
    const args = `[ ${JSON.stringify(bin)}, "--results", "text" ]`;
    expect(await home.read(".codex/config.toml")).toBe(
      toml(JSON.stringify(process.execPath), args, 'B = "$&2"\n'),
    );
  });

  test.each([
    '[mcp_servers]\nollama-bridge = { command = "ollama-bridge", env = { A = "1" } }\nb.command = "x"\n',
    'mcp_servers.b.command = "x"\nmcp_servers.ollama-bridge.command = "ollama-bridge"\nmcp_servers.ollama-bridge.env.A = "1"\n',
    '[mcp_servers.b]\ncommand = "x"\n[mcp_servers."ollama-bridge"]\ncommand = """ollama-bridge"""\nenv = { A = "1" }',
  ])("is changed however TOML says it: %j", async (toml) => {
    await home.write(".codex/config.toml", toml);
    expect(await init("--client", "codex", "--env", "B=2", "--yes")).toMatchObject({ code: 0 });
    expect(parseToml(await home.read(".codex/config.toml"))).toEqual({
      mcp_servers: {
        b: { command: "x" },
        "ollama-bridge": {
          command: process.execPath,
          args: [bin, "--results", "text"],
          env: { A: "1", B: "2" },
        },
      },
    });
  });

  test("gives way to ours when it is somebody else's, and is never taken out then", async () => {
    const theirs = '{"mcpServers":{"ollama-bridge":{"url":"http://127.0.0.1:1/mcp"}}}';
    await home.write(".cursor/mcp.json", theirs);
    const removal = await init("--client", "cursor", "--remove", "--yes");
    expect(removal).toMatchObject({ code: 0, stdout: expect.stringContaining("left as it is") });
    expect(await home.read(".cursor/mcp.json")).toBe(theirs);
    await init("--client", "cursor", "--yes");
    expect(JSON.parse(await home.read(".cursor/mcp.json"))).toEqual({
      mcpServers: { "ollama-bridge": { command: process.execPath, args: [bin] } },
    });
  });

  test.each(['{"mcpServers": []}', "[]", '{"mcpServers": {"ollama-bridge": {}, "ollama-bridge": {}}}'])(
    "%s is left as it is",
    async (text) => {
      await home.write(".cursor/mcp.json", text);
      expect(await init("--client", "cursor", "--yes")).toMatchObject({
        code: 78,
        stderr: expect.stringContaining(join(home.path, ".cursor/mcp.json")),
      });
      expect(await home.read(".cursor/mcp.json")).toBe(text);
    },
  );
});

test("what looks like a key is not shown, and written as it is", async () => {
  const env = {
    OLLAMA_API_KEY: "sk-very-secret",
    MEMORY_URL: "postgres://me:very-secret@db/m",
    OLLAMA_HOST: "gpu-box",
  };
  const flags = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const { stdout } = await init("--client", "gemini", ...flags, "--yes");
  expect(stdout).toContain('"OLLAMA_HOST": "gpu-box"');
  expect(stdout).toContain('"OLLAMA_API_KEY": "****"');
  const written = JSON.parse(await home.read(".gemini/settings.json"));
  expect(written.mcpServers["ollama-bridge"].env).toEqual(env);
  const changed = await init("--client", "gemini", "--env", "OLLAMA_API_KEY=sk-other-secret", "--yes");
  expect(changed.stdout).toMatch(/- .*"\*{4}"[\s\S]*\+ .*"\*{4} \(changed\)"/);
  const removed = await init("--client", "gemini", "--remove", "--yes");
  expect(stdout + changed.stdout + removed.stdout).not.toMatch(/secret/);
});

test("a link stays a link, and a file keeps its mode", async () => {
  await mkdir(join(home.path, ".cursor"));
  await home.write("dotfiles/mcp.json", "{}\n");
  await symlink("../dotfiles/mcp.json", join(home.path, ".cursor/mcp.json"));
  await symlink("../dotfiles/not-yet.json", join(home.path, "project/.mcp.json"));
  const { mode } = await stat(join(home.path, "dotfiles/mcp.json"));
  await init("--client", "cursor", "--yes");
  expect(JSON.parse(await home.read("dotfiles/mcp.json"))).toHaveProperty("mcpServers");
  expect((await stat(join(home.path, "dotfiles/mcp.json"))).mode).toBe(mode);
  await init("--client", "claude-code", "--scope", "project", "--yes");
  expect(JSON.parse(await home.read("dotfiles/not-yet.json"))).toHaveProperty("mcpServers");
  expect(await readdir(join(home.path, "dotfiles"))).toEqual(["mcp.json", "not-yet.json"]);
});

test("a file that its client writes between the question and the answer is not overwritten", async () => {
  const path = join(home.path, "mcp.json");
  await home.write("mcp.json", "{}");
  const file = await readClientFile(path);
  await home.write("mcp.json", '{"theirs": 1}');
  await expect(writeClientFile(file, '{"ours": 1}', 0o600)).rejects.toThrow("has changed meanwhile");
  expect(await home.read("mcp.json")).toBe('{"theirs": 1}');
});

test("a broken file of one client keeps every client's file as it is", async () => {
  await home.write(".cursor/mcp.json", "{");
  expect(await init("--client", "gemini,cursor", "--yes")).toMatchObject({ code: 78 });
  expect(await readdir(home.path)).not.toContain(".gemini");
});

test("without --client the clients that are here are named, and nothing changes", async () => {
  expect(await init("--yes")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--client claude-code"),
  });
  await home.write(".codex/config.toml", "");
  await writeFile(join(home.path, "programs", process.platform === "win32" ? "gemini.exe" : "gemini"), "", {
    mode: 0o755,
  });
  expect(await init("--yes")).toEqual({
    code: 1,
    stdout: "Found here: Codex, Gemini CLI.\n",
    stderr: "Nothing was changed. Name the clients: --client codex,gemini\n",
  });
  expect(await home.read(".codex/config.toml")).toBe("");
});

test.each([
  [
    ["--client", "emacs"],
    /there is no emacs\. There are: claude-code, codex, gemini, vscode, cursor, claude-desktop/,
  ],
  [
    ["--client", "codex,claude-desktop", "--scope", "project"],
    /Claude Desktop has no scope project\. It has: user/,
  ],
  [["--client", "codex", "--scope", "local"], /Codex has no scope local\. It has: user, project/],
  [["--client", "codex", "--scope", "global"], /Allowed choices are user, project, local/],
  [["--client", "codex", "--servers", "bridge,brain"], /there is no brain\. There are: bridge, core/],
  [["--client", "codex", "--env", "A"], /--env: is not NAME=VALUE/],
  [["--client", "codex", "--remove", "--env", "A=1"], /cannot be used with/],
])("%j is refused with what there is", async (flags, message) => {
  const { code, stderr } = await init(...flags, "--yes");
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(await readdir(home.path)).toEqual(["programs", "project"]);
});

test("folders that the environment names count", async () => {
  const env = {
    CLAUDE_CONFIG_DIR: join(home.path, "claude"),
    CODEX_HOME: join(home.path, "codex"),
    GEMINI_CLI_HOME: join(home.path, "gemini"),
  };
  await home.bridge(["init", "--client", "claude-code,codex,gemini", "--yes"], { env });
  for (const file of ["claude/.claude.json", "codex/config.toml", "gemini/.gemini/settings.json"])
    expect(await home.read(file)).toContain("ollama-bridge");
});

test("an installed bridge is registered by its package, with cmd on Windows", async () => {
  const installed = join(home.path, "node_modules/ollama-bridge-mcp/dist");
  await cp(dist, installed, { recursive: true });
  const flags = ["init", "--client", "cursor", "--servers", "bridge,core", "--yes"];
  await home.bridge(flags, { bin: join(installed, "bin.js") });
  const { mcpServers } = JSON.parse(await home.read(".cursor/mcp.json"));
  const start =
    process.platform === "win32" ? { command: "cmd", args: ["/c", "npx"] } : { command: "npx", args: [] };
  expect(mcpServers).toEqual({
    "ollama-bridge": { ...start, args: [...start.args, "-y", "ollama-bridge-mcp"] },
    "ollama-core": { ...start, args: [...start.args, "-y", "@ollama-bridge/core-client"] },
  });
  const [bridge] = servers;
  expect(bridge && commandOf(bridge, join(installed, "bin.js"), "win32")).toEqual({
    command: "cmd",
    args: ["/c", "npx", "-y", "ollama-bridge-mcp"],
  });
});

test("programs with windows keep their files where each platform has them, VS Code's Insiders too", async () => {
  const filesOf = (platform: NodeJS.Platform) =>
    clients
      .filter(({ name }) => name === "vscode" || name === "claude-desktop")
      .flatMap(
        (client) => client.scopes.user?.({ platform, home: home.path, env: {}, cwd: home.project }) ?? [],
      )
      .map(({ file }) => file.slice(home.path.length + 1).replaceAll("\\", "/"));
  const mac = "Library/Application Support";
  expect(filesOf("darwin")).toEqual([
    `${mac}/Code/User/mcp.json`,
    `${mac}/Claude/claude_desktop_config.json`,
  ]);
  const roaming = "AppData/Roaming";
  expect(filesOf("win32")).toEqual([
    `${roaming}/Code/User/mcp.json`,
    `${roaming}/Claude/claude_desktop_config.json`,
  ]);
  const store = "AppData/Local/Packages/Claude_pzs8sxrjxfjjc";
  await mkdir(join(home.path, store), { recursive: true });
  await mkdir(join(home.path, roaming, "Code - Insiders"), { recursive: true });
  expect(filesOf("win32")).toEqual([
    `${roaming}/Code - Insiders/User/mcp.json`,
    `${store}/LocalCache/Roaming/Claude/claude_desktop_config.json`,
  ]);
  await mkdir(join(home.path, roaming, "Code"));
  expect(filesOf("win32").slice(0, 2)).toEqual([
    `${roaming}/Code/User/mcp.json`,
    `${roaming}/Code - Insiders/User/mcp.json`,
  ]);
});

test("what is local to a project belongs to its repository, in each of its working trees", async () => {
  await home.write("project/.git/worktrees/tree/commondir", "../..\n");
  await home.write("tree/.git", `gitdir: ${join(home.project, ".git/worktrees/tree")}\n`);
  await mkdir(join(home.path, "tree/deep"));
  const flags = ["init", "--client", "claude-code", "--scope", "local", "--yes"];
  await home.bridge(flags, { cwd: join(home.path, "tree/deep") });
  expect(Object.keys(JSON.parse(await home.read(".claude.json")).projects)).toEqual([
    home.project.replaceAll("\\", "/"),
  ]);
  expect((await init(...flags.slice(1))).stdout).toContain("nothing to do");
});
