import type { ModelScript } from "./model-script.ts";

/**
 * The models of `--models`, a comma between them: `NAME`, `NAME:SIZE_GB` or `NAME:SIZE_GB:MORE`, where MORE is
 * capabilities (`tools+vision`) and settings (`loadMs=1000`) with a colon between them.
 */
export function parseModels(flag: string): ModelScript[] {
  return flag
    .split(",")
    .filter(Boolean)
    .map((text) => {
      // The name may hold a colon itself: the size is the first number that stands alone.
      const [, name, size, more = ""] = /^(.+?):(\d+(?:\.\d+)?)(?::(.*))?$/.exec(text) ?? [];
      if (name === undefined) return { name: text };
      return Object.assign({ name, size_bytes: Number(size) * 1e9 }, ...more.split(":").map(setting));
    });
}

function setting(text: string): object {
  if (!text) return {};
  const [key = "", value] = text.split("=");
  if (value === undefined) return { capabilities: ["completion", ...text.split("+")] };
  return { [key]: /^[\d.]+$/.test(value) ? Number(value) : value };
}
