import { OllamaClient } from "@ollama-bridge/core-client";
import { expect, test } from "vitest";
import { type Instance, newInstance } from "./instance.ts";
import { type InstanceSpec, specOfSettings } from "./instance-spec.ts";

function instanceAt(url: string, more: Partial<InstanceSpec> = {}): Instance {
  const spec = { ...specOfSettings({ name: "one", url }), ...more };
  return newInstance({ id: "1", spec, name: "one", client: new OllamaClient(spec) });
}

test.each<[url: string, marked: boolean | undefined, local: boolean, isPrivate: boolean]>([
  ["http://127.0.0.1:11434", undefined, true, true],
  ["http://localhost:11434", undefined, true, true],
  ["http://127.0.0.1:11435", false, false, false],
  ["http://127.0.0.1:11435", true, true, true],
  ["http://gpu.lan:11434", undefined, false, false],
  ["http://gpu.lan:11434", true, false, true],
  ["http://127.evil.test:11434", undefined, false, false],
  ["http://127.0.0.1.nip.io:11434", undefined, false, false],
  ["http://192.0.2.7:11434", undefined, false, false],
])("%s, marked private: %s, is local: %s, private: %s", (url, marked, local, isPrivate) => {
  const instance = instanceAt(url, { private: marked });
  expect({ local: instance.local, private: instance.private }).toEqual({ local, private: isPrivate });
});
