import { visible, visibleLine } from "@ollama-bridge/foundation";
import colors from "picocolors";
import { bridgeInfo } from "../bridge-info.ts";
import type { ConfigFlags } from "../commands/name-untrusted.ts";
import { type Check, checks } from "./check.ts";
import { checkConfiguration } from "./check-configuration.ts";

const WITHIN_MS = 8_500;

/** The command `doctor`: looks at everything a bridge here would work with, changes nothing, and ends the process. */
export async function doctor({ json, ...flags }: ConfigFlags & { json?: boolean }): Promise<never> {
  const configuration = await checkConfiguration(process.env, flags);
  const { settings } = configuration;
  // Loaded first: what a busy machine takes to load this program is not time that others let pass.
  const [{ checkFleet }, { checkMemory }, { checkClients }, { checkEngine }] = await Promise.all([
    import("./check-fleet.ts"),
    import("./check-memory.ts"),
    import("./check-clients.ts"),
    import("./check-engine.ts"),
  ]);
  const results = await Promise.all([
    checks("instances", WITHIN_MS, () => checkFleet(settings)),
    checks("memory", WITHIN_MS, () => checkMemory(settings)),
    checks("clients", WITHIN_MS, checkClients),
    checks("engine", WITHIN_MS, checkEngine),
  ]);
  const node: Check = {
    name: "node",
    status: "ok",
    message: `Node ${process.versions.node}, bridge ${bridgeInfo.version}`,
  };
  const all = [node, ...configuration.checks, ...results.flat()];
  const ok = all.every(({ status }) => status !== "problem");
  const text = json ? visible(JSON.stringify({ ok, checks: all }, null, 2)) : all.map(line).join("\n");
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
  // What still waits for an answer that does not come would keep the process.
  process.exit(ok ? 0 : 1);
}

const { green, yellow, red, dim } = colors.createColors(
  colors.isColorSupported && process.stdout.isTTY === true,
);
const paint = { ok: green, warning: yellow, problem: red };

function line({ name, status, message, hint }: Check): string {
  const next = hint === undefined ? "" : dim(`\n${" ".repeat(9)}→ ${visibleLine(hint)}`);
  return `${paint[status](status.padEnd(8))} ${visibleLine(`${name}: ${message}`)}${next}`;
}
