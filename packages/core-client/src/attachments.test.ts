import { execFileSync } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readImages, withFiles } from "./attachments.ts";

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "ollama-bridge-attachments-")));
});
afterAll(() => rm(folder, { recursive: true }));
const read = (name: string) => withFiles("prompt", [join(folder, name)], { roots: [folder] });

const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(601, 7)]);

test.each([
  ["in lines, as mail has it", png.toString("base64").replaceAll(/(.{76})/g, "$1\r\n")],
  ["without padding", png.toString("base64").replace(/=+$/, "")],
  ["as a data URL", `data:image/png;base64,${png.toString("base64")}`],
])("base64 %s is an image", async (_, image) => {
  expect(await readImages([image], { roots: [] })).toEqual([png.toString("base64")]);
});

test.skipIf(process.platform === "win32")("a pipe is refused and not waited for", async () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  await expect(read("pipe")).rejects.toMatchObject({
    code: "VALIDATION_ERROR",
    message: expect.stringContaining("is not a file"),
  });
});

test("a text that is not UTF-8 is refused and not garbled", async () => {
  await writeFile(join(folder, "latin.txt"), Buffer.from("caf\u00e9 au lait", "latin1"));
  await expect(read("latin.txt")).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
});

test("a path outside is told which folders are allowed", async () => {
  const outside = withFiles("prompt", [tmpdir()], { roots: [folder] });
  await expect(outside).rejects.toMatchObject({ hint: `Allowed: ${folder}` });
});
