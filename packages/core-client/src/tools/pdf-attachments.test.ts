import { mkdtemp, realpath, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createTestOllama,
  makePdf,
  type PdfPageScript,
  pdfOf,
  type TestOllama,
} from "@ollama-bridge/test-kit";
import { type ContractClient, connectClient } from "@ollama-bridge/test-kit/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as hostile from "../../test/hostile-pdfs.ts";

let folder: string;
let ollama: TestOllama;
let client: ContractClient;

// Over stdio: paths are not read for callers over HTTP. What is built differs from the sources, too: a thread of its own.
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "ollama-bridge-pdf-")));
  ollama = await createTestOllama({
    models: [
      { name: "llama3.2", answer: "Read.", context_length: 1_000_000 },
      { name: "llava", capabilities: ["completion", "vision"], answer: "Seen." },
    ],
  });
  const config = join(folder, "ollama-bridge.config.json");
  await writeFile(config, JSON.stringify({ limits: { image_roots: [folder] } }));
  client = await connectClient("2.x modern", {
    stdio: {
      command: process.execPath,
      args: [fileURLToPath(new URL("../../dist/bin.js", import.meta.url)), "--config", config],
      env: { OLLAMA_BASE_URL: ollama.url },
    },
  });
});
afterAll(async () => {
  await client?.close();
  await ollama?.close();
  await rm(folder, { recursive: true });
});

const invoice = makePdf([{ text: "Invoice 7\nTotal 42 EUR" }, { text: "Terms" }, { text: "Contact" }]);
const letter = { width: 1275, height: 1650 }; // 8.5 by 11 inches at 150 dpi

async function written(name: string, bytes: Buffer): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

const scans = (count: number) =>
  Array.from({ length: count }, (_, index): PdfPageScript => ({ scan: index }));

async function ask(model: string, args: object, onProgress?: (message: string) => void) {
  const told = onProgress && { onProgress: ({ message = "" }) => onProgress(message) };
  const { content, structuredContent } = await client.callTool(
    "ollama_generate",
    { model, prompt: "Sum up.", ...args },
    told,
  );
  const { data, error } = structuredContent as {
    data?: { warnings?: string[] };
    error?: { code: string; message: string };
  };
  return { text: content[0]?.text ?? "", error, warnings: data?.warnings ?? [] };
}

/** What the model was sent last. */
const sent = () => ollama.counters.log.at(-1)?.body as { prompt: string; images?: string[] };

function sizeOf(png: string | undefined): { width: number; height: number } {
  const bytes = Buffer.from(png ?? "", "base64");
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

test("the text of a PDF is put before the prompt, page by page", async () => {
  const path = await written("invoice.pdf", invoice);
  expect(await ask("llama3.2", { files: [path] })).toMatchObject({ text: "Read.", warnings: [] });
  expect(sent().images).toBeUndefined();
  expect(sent().prompt).toBe(
    [
      `File ${path}:`,
      "--- page 1 of 3 ---",
      "Invoice 7",
      "Total 42 EUR",
      "--- page 2 of 3 ---",
      "Terms",
      "--- page 3 of 3 ---",
      "Contact",
      "",
      "Sum up.",
    ].join("\n"),
  );
});

test.each<[unknown, string[]]>([
  ["2-3", ["2", "3"]],
  ["2-", ["2", "3"]],
  [" 3, 1 ", ["1", "3"]],
  ["2–9", ["2", "3"]],
  [2, ["2"]],
])("pages %j of three are pages %j", async (pages, chosen) => {
  await ask("llama3.2", { files: [await written("invoice.pdf", invoice)], pages });
  const told = sent().prompt.matchAll(/--- page (\d) of 3 ---/g);
  expect([...told].map(([, page]) => page)).toEqual(chosen);
});

test.each([
  ["4-5", /^VALIDATION_ERROR: files\[0\]: .*invoice\.pdf .*3/],
  ["two", /^VALIDATION_ERROR: pages: two.*2-5/],
  ["3-2", /^VALIDATION_ERROR: pages: 3-2/],
  ["0", /^VALIDATION_ERROR: pages: 0/],
])("pages %j of three are refused", async (pages, message) => {
  const { text } = await ask("llama3.2", { files: [await written("invoice.pdf", invoice)], pages });
  expect(text).toMatch(message);
});

test("the pages of a PDF among the images are drawn at 150 dpi, from a path and from base64", async () => {
  for (const image of [await written("invoice.pdf", invoice), invoice.toString("base64")]) {
    expect(await ask("llava", { images: [image], pages: "1-2" })).toMatchObject({
      text: "Seen.",
      warnings: [],
    });
    expect(sent().prompt).toBe("Sum up.");
    expect(sent().images?.map(sizeOf)).toEqual([letter, letter]);
  }
});

test("a page without text is a picture for a model that can see, and named in the prompt", async () => {
  const files = [await written("mixed.pdf", makePdf([{ text: "Read me" }, { scan: 0 }, {}]))];
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";
  expect(await ask("llava", { files, images: [png] })).toMatchObject({ text: "Seen." });
  expect(sent().images).toHaveLength(2);
  expect(sizeOf(sent().images?.[1])).toEqual(letter);
  expect(sent().prompt).toMatch(
    /Read me\n--- page 2 of 3 ---\n\[.*image 2 .*\]\n--- page 3 of 3 ---\n\[.*blank.*\]\n\nSum up\.$/,
  );
});

test("a page without text is left out for a model that cannot see, and that is said to it and to the caller", async () => {
  const files = [await written("mixed.pdf", makePdf([{ text: "Read me" }, { scan: 0 }]))];
  const { text, warnings } = await ask("llama3.2", { files });
  expect(text).toBe("Read.");
  expect(sent()).toMatchObject({ prompt: expect.stringMatching(/page 2 of 2 ---\n\[.*no text.*left out/) });
  expect(warnings).toEqual([expect.stringMatching(/mixed\.pdf: page 2 .*left out.*llama3\.2 cannot see/)]);
});

test("a PDF of pictures alone is refused for a model that cannot see", async () => {
  const { error } = await ask("llama3.2", { files: [await written("scan.pdf", makePdf(scans(2)))] });
  expect(error).toMatchObject({
    code: "CAPABILITY_UNSUPPORTED",
    message: expect.stringMatching(/scan\.pdf.*llama3\.2 cannot see/),
  });
});

test("at most 20 pages are drawn per call, in all PDFs together, and the others are named", async () => {
  const images = [await written("a.pdf", makePdf(scans(12))), await written("b.pdf", makePdf(scans(12)))];
  const { warnings } = await ask("llava", { images });
  expect(sent().images).toHaveLength(20);
  expect(warnings).toEqual([expect.stringMatching(/b\.pdf: pages 9 to 12 are left out.*20.*`pages`/)]);
});

test("at most 500 pages are read; a choice of them is", async () => {
  const files = [await written("long.pdf", makePdf(Array<PdfPageScript>(501).fill({ text: "x" })))];
  const { text } = await ask("llama3.2", { files });
  expect(text).toMatch(/^VALIDATION_ERROR: files\[0\]: .*long\.pdf has 501 pages.*500.*pages: "1-500"/);
  expect((await ask("llama3.2", { files, pages: "501" })).text).toBe("Read.");
  expect(sent().prompt).toContain("--- page 501 of 501 ---\nx");
});

test("text beyond what files may have together is left out from a page on, and said", async () => {
  const page: PdfPageScript = { text: Array<string>(45).fill("a line of the page ".repeat(5)).join("\n") };
  const files = [await written("wordy.pdf", makePdf(Array<PdfPageScript>(300).fill(page)))];
  const { warnings } = await ask("llama3.2", { files });
  expect(warnings[0]).toMatch(/wordy\.pdf: pages 2\d\d to 300 are left out.*1 MiB/);
  expect(sent().prompt).toMatch(/\[pages 2\d\d to 300 are left out\.\]\n\nSum up\.$/);
});

test("a PDF larger than 50 MiB is refused", async () => {
  const path = await written("large.pdf", invoice);
  await truncate(path, 50 * 1024 * 1024 + 1);
  expect((await ask("llama3.2", { files: [path] })).text).toMatch(
    /^VALIDATION_ERROR: files\[0\]: .*large\.pdf is too large/,
  );
});

test("progress tells the page", async () => {
  const files = [await written("mixed.pdf", makePdf([{ text: "Read me" }, { scan: 0 }]))];
  // Whether the model sees is asked once the text was read: that waits until the last page was told.
  const pause = ollama.pauseBefore("answer", { path: "/api/show" });
  const messages: string[] = [];
  await ask("llava", { files }, (message) => {
    messages.push(message);
    if (message === "reading mixed.pdf, page 2 of 2") pause.release();
  });
  expect(messages).toContain("reading mixed.pdf, page 2 of 2");
});

test("pages of a PDF in a message of a conversation are drawn", async () => {
  const image = await written("invoice.pdf", invoice);
  const messages = [{ role: "user", content: "What is it?", images: [image] }];
  await client.callTool("ollama_chat", { model: "llava", messages, pages: "3" });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ messages: [{ images: [expect.any(String)] }] });
});

test.each([
  ["an encrypted one", "secret.pdf", hostile.encrypted, /secret\.pdf is an encrypted PDF/],
  ["a truncated one", "cut.pdf", hostile.truncated, /cut\.pdf is a broken PDF/],
  ["a head without a body", "head.pdf", () => Buffer.from("%PDF-1.7\nnothing"), /head\.pdf is a broken PDF/],
  ["a page of HTML", "page.pdf", () => Buffer.from("<!DOCTYPE html><p>Log in"), /page\.pdf is not a PDF/],
  ["one of a zero", "zero.pdf", () => Buffer.alloc(100), /zero\.pdf is not a PDF/],
  [
    "a page tree in a circle",
    "circle.pdf",
    hostile.endlessPageTree,
    /nothing of .*circle\.pdf can be read: .*circular/,
  ],
  ["a bomb", "bomb.pdf", hostile.bomb, /bomb\.pdf takes too much memory/],
])(
  "%s named .pdf is refused with its name and why, in files and in images",
  { timeout: 120_000 },
  async (_, name, make, message) => {
    const path = await written(name, make());
    for (const [args, parameter] of [
      [{ files: [path] }, "files[0]"],
      [{ images: [path] }, "images[0]"],
    ] as const) {
      const { error } = await ask("llava", args);
      expect(error).toMatchObject({ code: "VALIDATION_ERROR", message: expect.stringMatching(message) });
      expect(error?.message.startsWith(`${parameter}: `)).toBe(true);
    }
  },
);

test("a picture of 1.6 gigapixels is refused, and the server goes on", { timeout: 120_000 }, async () => {
  const files = [await written("gigapixels.pdf", hostile.hugePicture())];
  expect((await ask("llava", { files })).error).toMatchObject({
    code: "VALIDATION_ERROR",
    message: expect.stringMatching(/gigapixels\.pdf takes too much memory/),
  });
  expect((await ask("llama3.2", {})).text).toBe("Read.");
});

test("a million pages that are claimed are refused, and the one that is there can be chosen", async () => {
  const files = [await written("million.pdf", hostile.millionPages())];
  const { text } = await ask("llama3.2", { files, pages: "1" });
  expect([text, sent().prompt]).toEqual(["Read.", expect.stringContaining("only one")]);
});

test("a page of 1,400 kilometers is drawn small, and that is said", { timeout: 60_000 }, async () => {
  const { warnings } = await ask("llava", { images: [await written("huge.pdf", hostile.hugePage())] });
  const { width, height } = sizeOf(sent().images?.[0]);
  expect(width * height).toBeLessThan(17e6);
  expect(warnings).toEqual([expect.stringMatching(/huge\.pdf: page 1 is huge/)]);
});

test("a scan of which nothing can be drawn is refused", async () => {
  const files = [await written("blank.pdf", makePdf([{}, {}]))];
  expect((await ask("llava", { files })).error).toMatchObject({
    code: "VALIDATION_ERROR",
    message: expect.stringMatching(/nothing of .*blank\.pdf can be read: .*blank/),
  });
});

test("what draws itself within itself ends", async () => {
  const { error } = await ask("llava", { images: [await written("loop.pdf", hostile.endlessDrawing())] });
  expect(error?.message).toMatch(/nothing of .*loop\.pdf can be read/);
});

test("what was written into a form is read", async () => {
  const form = pdfOf([
    "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [4 0 R] >>",
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V (Ada Lovelace) /Rect [72 700 300 720] /P 3 0 R >>",
  ]);
  await ask("llama3.2", { files: [await written("form.pdf", form)] });
  expect(sent().prompt).toContain("--- page 1 of 1 ---\nField Name: Ada Lovelace\n");
});

test("reading a PDF ends with the call's time", async () => {
  const files = [await written("bomb.pdf", hostile.bomb())];
  expect((await ask("llama3.2", { files, timeoutMs: 100 })).error).toMatchObject({
    code: "TIMEOUT_EXCEEDED",
  });
});

test("a program in a PDF is not run", async () => {
  await ask("llama3.2", { files: [await written("program.pdf", hostile.withProgram())] });
  expect(sent().prompt).toContain("--- page 1 of 1 ---\nharmless");
});
