import { expect, test } from "vitest";
import { judgeListener, type ListenerFacts } from "./listener-rule.ts";

const USER = 1000;
const OLLAMA = 997;
const STRANGER = 65_534;
const scanned: ListenerFacts = {
  configured: false,
  port: 11_487,
  owner: STRANGER,
  trusted: new Set([USER, 0, OLLAMA]),
};
const onDefaultPort = { port: 11_434 };
const unknown = { owner: undefined };

test.each<[what: string, facts: Partial<ListenerFacts>, verdict: string]>([
  ["another user's", {}, "other-user"],
  ["another user's on Ollama's port", onDefaultPort, "other-user"],
  ["this user's", { owner: USER }, "used"],
  ["root's", { owner: 0 }, "used"],
  ["Ollama's own user's", { owner: OLLAMA }, "used"],
  ["Ollama's own user's on its port", { owner: OLLAMA, ...onDefaultPort }, "used"],
  ["one of an unknown owner", unknown, "owner-unknown"],
  ["one of an unknown owner on Ollama's port", { ...unknown, ...onDefaultPort }, "used"],
  ["another user's that the operator named", { configured: true }, "used"],
  ["one of an unknown owner that the operator named", { ...unknown, configured: true }, "used"],
  ["root's, where only this user is trusted", { owner: 0, trusted: new Set([USER]) }, "other-user"],
])("%s is judged by the rule", (_what, facts, verdict) => {
  expect(judgeListener({ ...scanned, ...facts })).toBe(verdict);
});
