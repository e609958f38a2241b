import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AllowedRoots } from "./allowed-roots.ts";
import { Attachments } from "./attachments.ts";

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "ollama-bridge-attachments-")));
});
afterAll(() => rm(folder, { recursive: true }));

const attachments = (allowed: AllowedRoots) =>
  new Attachments(allowed, {
    signal: new AbortController().signal,
    model: "llama3.2",
    canSee: async () => false,
  });
const readImages = (images: string[], allowed: AllowedRoots) => attachments(allowed).images(images);
const withFiles = async (prompt: string, files: string[], allowed: AllowedRoots) =>
  (await attachments(allowed).files(prompt, files, 0)).prompt;
const read = (name: string) => withFiles("prompt", [join(folder, name)], { roots: [folder] });

const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(601, 0xfb)]);
const base64 = png.toString("base64");

test.each([
  ["in lines, as mail has it", base64.replaceAll(/(.{76})/g, "$1\r\n")],
  ["in indented lines", `\n${base64.replaceAll(/(.{76})/g, "  $1\t\n")} `],
  ["without padding", base64.replace(/=+$/, "")],
  ["in the alphabet of addresses", base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")],
  ["in the alphabet of addresses, short and with padding", `${png.subarray(0, 40).toString("base64url")}==`],
  ["as an escaped data URL", `data:image/png;base64,${encodeURIComponent(base64)}`],
  ["as a data URL", `data:image/png;base64,${base64}`],
  ["as a data URL with a parameter", `data:image/png;charset=utf-8;base64,${base64}`],
  ["as a data URL with a name in quotes", `data:image/png;name="a b.png";base64,${base64}`],
  ["as a data URL of an unknown type", `DATA:;BASE64,${base64}`],
])("base64 %s is an image", async (_, image) => {
  const [read = ""] = (await readImages([image], { roots: [] })) ?? [];
  const bytes = Buffer.from(read, "base64");
  expect(bytes.length).toBeGreaterThanOrEqual(40);
  expect(bytes).toEqual(png.subarray(0, bytes.length));
});

test.each([
  ["JPEG", "ffd8ffe000104a4649460001"],
  ["GIF", Buffer.from("GIF89a......").toString("hex")],
  ["WebP", Buffer.from("RIFF\x10\0\0\0WEBP").toString("hex")],
  ["BMP", "424d9a000000000000007a000000"],
  ["WAV, for models that hear", Buffer.from("RIFF\x10\0\0\0WAVE").toString("hex")],
])("the first bytes of a %s make it an image, in base64 and in a file", async (_, hex) => {
  const bytes = Buffer.from(hex, "hex");
  await writeFile(join(folder, "image"), bytes);
  for (const image of [bytes.toString("base64"), join(folder, "image")])
    expect(await readImages([image], { roots: [folder] })).toEqual([bytes.toString("base64")]);
});

test.each([
  ["a text", "API_KEY=sesame"],
  ["a text that begins like a bitmap", "BM_API_KEY=sesame"],
  ["an empty file", ""],
])("%s is no image, in a file or in base64", async (_, text) => {
  await writeFile(join(folder, "text"), text);
  const long = Buffer.from(text.repeat(50)).toString("base64");
  for (const image of [join(folder, "text"), `data:image/png;base64,${long}`])
    await expect(readImages([image], { roots: [folder] })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      message: expect.stringMatching(/^images\[0\]: is (not an image|neither base64)/),
    });
});

test("the images of one call are counted together, also in several lists", async () => {
  const call = attachments({ roots: [] });
  await call.images(Array<string>(60).fill(base64), "messages[0].images");
  await expect(call.images(Array<string>(60).fill(base64), "messages[1].images")).rejects.toMatchObject({
    message: "messages[1].images: there are more than 100 images",
  });
});

test("the images of one call are bounded together by their bytes", async () => {
  await writeFile(join(folder, "large.png"), Buffer.concat([png, Buffer.alloc(19 * 1024 * 1024)]));
  const images = Array<string>(6).fill(join(folder, "large.png"));
  await expect(readImages(images, { roots: [folder] })).rejects.toMatchObject({
    message: expect.stringMatching(/^images: .*100 MiB together/),
  });
});

test("files are bounded in their number", async () => {
  await writeFile(join(folder, "small"), "x");
  const files = Array<string>(101).fill(join(folder, "small"));
  await expect(withFiles("prompt", files, { roots: [folder] })).rejects.toMatchObject({
    message: expect.stringMatching(/more than 100 files/),
  });
});

test.each([
  ["UTF-8", Buffer.from("caf\u00e9")],
  ["UTF-8 with a byte order mark", Buffer.from("\ufeffcaf\u00e9")],
  ["UTF-16 as Windows writes it", Buffer.from("\ufeffcaf\u00e9", "utf16le")],
  ["UTF-16 with the high byte first", Buffer.from("\ufeffcaf\u00e9", "utf16le").swap16()],
])("a text in %s is read, without the mark", async (_, bytes) => {
  await writeFile(join(folder, "text"), bytes);
  expect(await read("text")).toBe(`File ${join(folder, "text")}:\ncaf\u00e9\n\nprompt`);
});

test.each([
  ["holds a zero", Buffer.from("a\0b")],
  ["is neither UTF-8 nor marked as another", Buffer.from("caf\u00e9 au lait", "latin1")],
  ["is cut in the midst of a character of UTF-16", Buffer.from("fffe610000", "hex")],
  ["is in UTF-32", Buffer.from("fffe000061000000", "hex")],
])("a file that %s is refused and not garbled", async (_, bytes) => {
  await writeFile(join(folder, "odd"), bytes);
  await expect(read("odd")).rejects.toMatchObject({
    code: "VALIDATION_ERROR",
    message: expect.stringMatching(/binary/),
  });
});

test("a path outside is told which folders are allowed", async () => {
  const outside = withFiles("prompt", [tmpdir()], { roots: [folder] });
  await expect(outside).rejects.toMatchObject({ hint: `Allowed: ${folder}` });
});
