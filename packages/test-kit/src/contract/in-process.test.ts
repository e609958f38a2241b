import { defineTool, readOnlyHints } from "@ollama-bridge/server-kit";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { connectToolsets } from "./in-process.ts";

test.each([
  [{ count: 1 }, undefined],
  [{ count: 1, more: true }, /more/],
  [{ count: "1" }, /count/],
  [{}, /count/],
])("the result %j is held to the declared schema", async (data, complaint) => {
  const tool = defineTool({
    name: "probe",
    title: "Probe",
    description: "Probes.",
    input: z.strictObject({}),
    // What a handler returns may be typed loosely, as an answer of another server is.
    data: (): z.ZodType<object> => z.strictObject({ count: z.int() }),
    annotations: readOnlyHints,
    text: () => "fine",
    handler: async () => ({ data }),
  });
  const client = await connectToolsets({ name: "probe", tools: [tool], dependencies: {}, async close() {} });
  onTestFinished(() => client.close());
  const call = client.callTool("probe", {});
  if (complaint === undefined) expect((await call).structuredContent).toMatchObject({ data });
  else await expect(call).rejects.toThrow(complaint);
});
