import { cp, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestOllama, makePdf, pdfOf, pdfStream, type TestOllama } from "@ollama-bridge/test-kit";
import { type ContractClient, connectClient } from "@ollama-bridge/test-kit/contract";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { quietEnvironment } from "./quiet-environment.ts";

const bridge = fileURLToPath(new URL("..", import.meta.url));
const table = makePdf([{ text: "Item Price\nPen 2 EUR" }, { scan: 0 }]);
/** 請求書 in Shift JIS: which letter a number stands for is in none of the PDF's own parts. */
const japanese = pdfOf([
  "<< /Type /Catalog /Pages 2 0 R >>",
  "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
  "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
  pdfStream("BT /F 24 Tf 72 700 Td <90bf8b818f91> Tj ET"),
  "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /90ms-RKSJ-H /DescendantFonts [6 0 R] >>",
  "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 7 0 R >>",
  "<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
]);
const answer = "| Item | Price |\n| --- | --- |\n| Pen | 2 EUR |";

let folder: string;
let path: string;
let ollama: TestOllama;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "ollama-bridge-pdf-")));
  path = join(folder, "table.pdf");
  await writeFile(path, table);
  ollama = await createTestOllama({
    models: [
      { name: "llama3.2", answer: "Text." },
      { name: "glm-ocr", capabilities: ["completion", "vision"], answer },
    ],
  });
});
afterAll(async () => {
  await ollama?.close();
  await rm(folder, { recursive: true });
});

/** The built bridge of that folder, in the folder of the PDF. */
async function startBridge(home: string): Promise<ContractClient> {
  const quiet = await quietEnvironment(ollama.url);
  const client = await connectClient("2.x modern", {
    stdio: {
      command: process.execPath,
      args: [join(home, "dist", "bin.js"), "--all"],
      env: { PATH: "", ...quiet.env },
      cwd: folder,
    },
  });
  onTestFinished(async () => {
    await client.close();
    await quiet.clear();
  });
  return client;
}

const sent = () => ollama.counters.log.at(-1)?.body as { model: string; prompt: string; images?: string[] };

test("the table in a PDF of two pages is read by the model for ocr", async () => {
  const client = await startBridge(bridge);
  const task = { category: "ocr", prompt: "Extract the table as Markdown." };
  const result = await client.callTool("route_task", { ...task, images: ["table.pdf"] });
  expect(result.content[0]?.text).toBe(answer);
  expect(result.structuredContent).toMatchObject({ data: { category: "ocr", model: "glm-ocr:latest" } });
  expect(sent()).toMatchObject({
    prompt: task.prompt,
    images: [/^iVBOR/, /^iVBOR/].map((png) => expect.stringMatching(png)),
  });

  await client.callTool("route_task", { ...task, files: ["table.pdf"] });
  expect(sent()).toMatchObject({
    prompt: expect.stringMatching(
      /page 1 of 2 ---\nItem Price\nPen 2 EUR\n--- page 2 of 2 ---\n\[.*image 1 /,
    ),
    images: [expect.stringMatching(/^iVBOR/)],
  });
});

test("letters that a PDF does not name itself are read with the library's character maps", async () => {
  await writeFile(join(folder, "japanese.pdf"), japanese);
  const client = await startBridge(bridge);
  await client.callTool("ask_model", { model: "llama3.2", prompt: "Translate.", files: ["japanese.pdf"] });
  expect(sent().prompt).toContain("--- page 1 of 1 ---\n請求書\n");
});

test("every tool that takes files takes a PDF, and several models get what each can take", async () => {
  const client = await startBridge(bridge);
  const files = ["table.pdf"];
  const prompt = "Sum up.";
  for (const [tool, args] of [
    ["ask_model", { model: "llama3.2" }],
    ["route_request", { model: "llama3.2" }],
    ["consult_ollama", { model: "llama3.2" }],
    ["ollama_generate", { model: "llama3.2" }],
  ] as const) {
    const { structuredContent } = await client.callTool(tool, { ...args, prompt, files });
    expect(sent(), tool).toMatchObject({ prompt: expect.stringContaining("Pen 2 EUR") });
    expect(structuredContent, tool).toMatchObject({
      data: { warnings: [expect.stringMatching(/table\.pdf: page 2 .*left out/)] },
    });
  }
  const models = ["llama3.2", "glm-ocr"];
  const batch = await client.callTool("batch_ask", { models, prompt, files });
  expect(batch.structuredContent).toMatchObject({
    data: { results: [{ warnings: [expect.stringMatching(/left out/)] }, { response: answer }] },
  });
  const asked = ollama.counters.log
    .map(({ body }) => body as { model: string; prompt?: string; images?: string[] })
    .filter(({ prompt: told }) => told?.endsWith(prompt))
    .slice(-2);
  const counts = asked.map(({ model, images = [] }) => [model.replace(":latest", ""), images.length]);
  expect(Object.fromEntries(counts)).toEqual({ "llama3.2": 0, "glm-ocr": 1 });
});

test("alone, the bridge reads the text of a PDF, and says what brings the drawing of its pages", async () => {
  const alone = join(folder, "alone");
  for (const part of ["dist", "package.json"])
    await cp(join(bridge, part), join(alone, part), { recursive: true });
  const client = await startBridge(alone);
  const task = { category: "ocr", prompt: "Extract the table." };
  const read = await client.callTool("route_task", { ...task, files: ["table.pdf"] });
  const command = "npx -y -p ollama-bridge-mcp -p pdfjs-dist@6 -p @napi-rs/canvas@1 ollama-bridge-mcp";
  expect(sent().prompt).toContain("--- page 1 of 2 ---\nItem Price\nPen 2 EUR\n");
  expect(read.structuredContent).toMatchObject({ data: { warnings: [expect.stringContaining(command)] } });

  await writeFile(join(folder, "japanese.pdf"), japanese);
  const letters = await client.callTool("route_task", { ...task, files: ["japanese.pdf"] });
  expect(letters.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", message: expect.stringMatching(/japanese\.pdf.*letters need/) },
  });
  expect(letters.content[0]?.text).toContain(command);

  const drawn = await client.callTool("route_task", { ...task, images: ["table.pdf"] });
  expect(drawn.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", message: expect.stringMatching(/^images\[0\]: .*table\.pdf/) },
  });
  expect(drawn.content[0]?.text).toContain(command);
});
