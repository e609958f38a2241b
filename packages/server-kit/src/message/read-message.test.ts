import { exceedsJsonLimits } from "@ollama-bridge/foundation";
import { describe, expect, test } from "vitest";
import { idInEnds } from "./id-in-ends.ts";
import { readMessage } from "./read-message.ts";

const request = (more: object = {}) => ({ jsonrpc: "2.0", id: 7, method: "tools/call", ...more });
const read = (message: unknown) => readMessage(JSON.stringify(message));

describe("a message is taken", () => {
  test.each([
    ["with a byte order mark", `\uFEFF${JSON.stringify(request())}`],
    ["with a carriage return", `${JSON.stringify(request())}\r`],
    ["with white space around it", `  \t${JSON.stringify(request())} `],
  ])("%s", (_what, text) => {
    expect(readMessage(text)).toEqual({ value: request() });
  });

  test("without what is null and may be absent", () => {
    expect(read(request({ params: null }))).toEqual({ value: request() });
    const params = { name: "x", arguments: null, _meta: null };
    expect(read(request({ params }))).toEqual({ value: request({ params: { name: "x" } }) });
    const odd = { _meta: { progressToken: null, kept: null } };
    expect(read([request({ params: odd })])).toEqual({
      value: [request({ params: { _meta: { kept: null } } })],
    });
  });

  test("when its argument is long and its values are many", () => {
    const params = {
      arguments: { prompt: "x,[{".repeat(1_000_000), list: Array.from({ length: 90_000 }, () => 1) },
    };
    expect(read(request({ params }))).toEqual({ value: request({ params }) });
  });
});

test.each(["", " ", "\r", "\uFEFF", " ".repeat(5_000)])("nothing is made of the blank line %j", (text) => {
  expect(readMessage(text)).toBeUndefined();
});

describe("a message is refused", () => {
  const many = Array.from({ length: 200_000 }, () => []);
  const long = "n".repeat(5_000);
  test.each<[string, unknown, number, RegExp]>([
    ["that has too many values", request({ params: { arguments: { many } } }), 7, /values/],
    ["with a list for its parameters, of too many", request({ params: many }), 7, /values/],
    [
      "that is long and calls no tool",
      request({ method: "ping", params: { x: "x".repeat(2_000_000) } }),
      7,
      /1048576/,
    ],
    ["with a long id", request({ id: long }), null as never, /^VALIDATION_ERROR: id has/],
    ["with a long method", request({ method: long }), 7, /method/],
    ["with a long name of a tool", request({ params: { name: long } }), 7, /params\.name/],
    ["with a long address", request({ method: "resources/read", params: { uri: long } }), 7, /params\.uri/],
    ["with a long token", request({ params: { _meta: { progressToken: long } } }), 7, /progressToken/],
    ["that completes a long text", request({ params: { argument: { value: long } } }), 7, /argument\.value/],
    ["in a list with others", [request(), request({ id: 8, params: { name: long } })], 8, /params\.name/],
  ])("%s", (_what, message, id, text) => {
    const error = { code: -32_600, message: expect.stringMatching(text) };
    expect(read(message)).toEqual({ refused: { jsonrpc: "2.0", id, error } });
  });

  test.each(["{", "nothing", '{"a":1}{"b":2}', `${"[".repeat(100_000)}`])(
    "that is not JSON: %.20s",
    (text) => {
      const error = { code: -32_700, message: expect.stringMatching(/^VALIDATION_ERROR: .*not valid JSON/) };
      expect(readMessage(text)).toEqual({ refused: { jsonrpc: "2.0", id: null, error } });
    },
  );

  test("before a hundred million brackets are made into lists", () => {
    expect(readMessage(`[${"[],".repeat(30_000_000)}[]]`)).toMatchObject({ refused: { id: null } });
  });
});

test("the id is found where clients write it, and nowhere else", () => {
  const body = `"params":{"name":"x","arguments":{"prompt":"${"x".repeat(2_000)}","id":3}}`;
  const texts: [string, unknown][] = [
    [`{"jsonrpc":"2.0","id":12,"method":"tools/call",${body}}`, 12],
    [`{ "method": "tools/call", "id" : "a-1\\"", ${body} }`, 'a-1"'],
    [`{"method":"tools/call",${body},"jsonrpc":"2.0","id":"last"}`, "last"],
    [`{"method":"tools/call",${body},"id":-4,"jsonrpc":"2.0"}\r`, -4],
    [`{"method":"tools/call",${body},"jsonrpc":"2.0"}`, null],
    [`{"jsonrpc":"2.0",${body},"method":"tools/call"}`, null],
    [`{"method":"tools/call","params":{"prompt":"{\\"id\\":5}${"x".repeat(2_000)},\\"id\\":6}"}}`, null],
  ];
  for (const [text, id] of texts)
    expect(idInEnds(text.slice(0, 512), text.slice(-512)), text.slice(-60)).toBe(id);
});

test("values are counted outside of texts only", () => {
  const texts = ['"', "\\", '\\"', "[[[", ",,,", "{", "\\\\\\", "é\u2028", "a,b"];
  for (let seed = 0; seed < 2_000; seed++) {
    const pick = (index: number) => texts[(seed * 7 + index * index * 3 + (seed >> 3)) % texts.length] ?? "";
    const list = Array.from({ length: seed % 9 }, (_, index) => pick(index) + pick(index + 1));
    const json = JSON.stringify({ list, [pick(3)]: pick(4) });
    const values = 2 + 1 + Math.max(0, list.length - 1);
    expect(exceedsJsonLimits(json, { maxValues: values })).toBe(false);
    expect(exceedsJsonLimits(json, { maxValues: values - 1 })).toBe(true);
  }
});
