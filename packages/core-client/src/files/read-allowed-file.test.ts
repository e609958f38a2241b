import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { link, mkdir, mkdtemp, open, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { placeByPath, readAllowedFile } from "./read-allowed-file.ts";

/** At least so many reads meet the swapping, and at most so many when this machine swaps rarely. */
const ENOUGH_READS = 3_000;
const MAX_READS = 30_000;

let folder: string;
let root: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "ollama-bridge-files-")));
  root = join(folder, "root");
  await mkdir(join(root, "inner"), { recursive: true });
  await mkdir(join(folder, "outside"));
  await writeFile(join(root, "inner", "file.txt"), "allowed");
  await writeFile(join(folder, "outside", "file.txt"), "secret");
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (path: string, roots = [root], maxBytes = 1000) =>
  (await readAllowedFile(path, "files[0]", { roots }, maxBytes)).toString();
const refusal = (path: string, roots = [root], maxBytes = 1000) =>
  read(path, roots, maxBytes).then(
    (text) => expect.fail(`${path} was read: ${text}`),
    (error: Error & { code: string; hint: string }) => ({
      code: error.code,
      text: `${error.message}. ${error.hint}`,
    }),
  );

describe("a file under the roots", () => {
  test("is read by its path, by its URL, and through a link that stays within", async () => {
    await symlink(join(root, "inner"), join(root, "shortcut"));
    expect(await read(join(root, "inner", "file.txt"))).toBe("allowed");
    expect(await read(pathToFileURL(join(root, "inner", "file.txt")).href)).toBe("allowed");
    expect(await read(join(root, "shortcut", "file.txt"))).toBe("allowed");
  });

  test("may have another name elsewhere", async () => {
    await link(join(folder, "outside", "file.txt"), join(root, "hard"));
    expect(await read(join(root, "hard"))).toBe("secret");
  });

  test("is read to the limit and not beyond", async () => {
    await writeFile(join(root, "ten"), "0123456789");
    expect(await read(join(root, "ten"), [root], 10)).toBe("0123456789");
    expect(await refusal(join(root, "ten"), [root], 9)).toMatchObject({
      code: "VALIDATION_ERROR",
      text: expect.stringMatching(/too large/),
    });
  });
});

describe("what is refused", () => {
  test("a link that leads outside, as a file and as a folder", async () => {
    await symlink(join(folder, "outside", "file.txt"), join(root, "link"));
    await symlink(join(folder, "outside"), join(root, "folder"));
    for (const path of [join(root, "link"), join(root, "folder", "file.txt")])
      expect((await refusal(path)).text).toMatch(/outside the allowed folders/);
  });

  test("a path outside, in the same words whether there is something or not", async () => {
    const words = async (name: string) =>
      (await refusal(join(folder, "outside", name))).text.replaceAll(name, "");
    expect(await words("file.txt")).toBe(await words("none.txt"));
  });

  test("a folder", async () => {
    expect((await refusal(join(root, "inner"))).text).toMatch(/is not a file/);
  });

  test.skipIf(process.platform !== "linux")(
    "the state of processes and devices, also where every folder is allowed",
    async () => {
      const paths = ["/proc/self/environ", `/proc/${process.pid}/maps`, "/sys/kernel/mm", "/dev/zero"];
      await symlink("/proc/self/environ", join(root, "link"));
      for (const path of [...paths, join(root, "link")])
        expect((await refusal(path, ["/"])).text).toMatch(/part of the system/);
    },
  );

  test("every path where no folder is allowed, with the key to set and an example", async () => {
    const { text } = await refusal(join(root, "inner", "file.txt"), []);
    expect(text).toContain(process.cwd());
    expect(text).toMatch(/limits\.image_roots.*"image_roots": \["/);
  });

  test("every path over HTTP, whatever the roots are", async () => {
    const file = join(root, "inner", "file.txt");
    await expect(readAllowedFile(file, "files[0]", { roots: [root], overHttp: true }, 10)).rejects.toThrow(
      /not read over HTTP/,
    );
  });

  test.skipIf(process.platform === "win32")("a pipe, without waiting for its other end", async () => {
    execFileSync("mkfifo", [join(root, "pipe")]);
    expect((await refusal(join(root, "pipe"))).text).toMatch(/is not a file/);
  });
});

// Windows gives no such links without a privilege.
describe.skipIf(process.platform === "win32")("a link put in place while a file is read", () => {
  /** Exchanges `real` and a link to `target` for each other without end. */
  function swapper(real: string, target: string) {
    const program = `
      const { renameSync, symlinkSync } = require("node:fs");
      const [real, target] = process.argv.slice(1);
      symlinkSync(target, real + ".link");
      for (;;) {
        renameSync(real, real + ".away");
        renameSync(real + ".link", real);
        renameSync(real, real + ".link");
        renameSync(real + ".away", real);
      }`;
    return spawn(process.execPath, ["-e", program, real, target], { stdio: ["ignore", "ignore", "inherit"] });
  }

  /** What `read` answers, many times over, while that goes on. */
  async function readWhileSwapping(swapped: string, target: string, read: () => Promise<string>) {
    const child = swapper(join(root, swapped), join(folder, target));
    const seen: Record<string, number> = { allowed: 0, secret: 0, refused: 0 };
    try {
      for (let reads = 0; reads < MAX_READS; reads++) {
        if (reads >= ENOUGH_READS && Math.min(seen.allowed ?? 0, seen.refused ?? 0) > 20) break;
        const text = await read().catch(() => "refused");
        seen[text] = (seen[text] ?? 0) + 1;
      }
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    return seen;
  }

  test.each([
    ["the file itself", "inner/file.txt", "outside/file.txt"],
    ["a folder on its way", "inner", "outside"],
  ])("never leads out: %s", { timeout: 120_000 }, async (_, swapped, target) => {
    const seen = await readWhileSwapping(swapped, target, () => read(join(root, "inner", "file.txt")));
    expect(seen).toEqual({ allowed: expect.any(Number), secret: 0, refused: expect.any(Number) });
    expect(Math.min(seen.allowed ?? 0, seen.refused ?? 0)).toBeGreaterThan(0);
  });

  test("is seen where the kernel does not tell what was opened", async () => {
    const path = join(root, "inner", "file.txt");
    const inner = join(root, "inner");
    await rename(inner, join(root, "away"));
    await symlink(join(folder, "outside"), inner);
    const outside = await open(path);
    try {
      // What is opened through the link is placed where it is, and nowhere once the link has gone.
      expect(await placeByPath(outside, path)).toBe(await realpath(join(folder, "outside", "file.txt")));
      await rm(inner);
      await rename(join(root, "away"), inner);
      expect(await placeByPath(outside, path)).toBeUndefined();
    } finally {
      await outside.close();
    }
  });
});
