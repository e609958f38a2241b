import type { Check } from "./check.ts";

const name = "engine";

/** Whether the embedded engine is there, which nobody with an Ollama needs. */
export async function checkEngine(): Promise<Check[]> {
  try {
    const { describeEngine } = await import("@ollama-bridge/engine");
    return [{ name, status: "ok", message: `installed. ${describeEngine()}`, details: { installed: true } }];
  } catch {
    const message = "not installed, and only needed where there is no Ollama";
    const hint = "Bring it with: npm install @ollama-bridge/engine.";
    return [{ name, status: "ok", message, hint, details: { installed: false } }];
  }
}
