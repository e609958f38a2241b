// actionlint and zizmor find nothing wrong with the workflows and actions. Neither is an npm package: they are kept in .toolchain.
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../programs.mjs";
import { skip } from "../skip.mjs";

const ACTIONLINT = "1.7.12";
const ZIZMOR = "1.32.0";

const suffix = process.platform === "win32" ? ".exe" : "";
const linters = {
  actionlint: {
    folder: resolve(".toolchain", `actionlint-${ACTIONLINT}`),
    program: "actionlint",
    bring: (folder) =>
      run("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`], {
        env: { ...process.env, GOBIN: folder },
      }),
    args: [],
  },
  zizmor: {
    folder: resolve(".toolchain", `zizmor-${ZIZMOR}`),
    program: join("bin", "zizmor"),
    bring: (folder) =>
      run("python3", ["-m", "pip", "install", "--quiet", "--target", folder, `zizmor==${ZIZMOR}`]),
    args: ["--offline", "--persona", "pedantic", "--no-progress", ".github"],
  },
};

const missing = [];
for (const [name, { folder, program, bring, args }] of Object.entries(linters)) {
  const file = join(folder, program + suffix);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    console.log(`bringing ${name} into .toolchain`);
    const brought = await bring(folder).catch((error) => error);
    if (brought instanceof Error) {
      missing.push(name);
      console.log(`${name} cannot be had: ${brought.message}`);
      continue;
    }
  }
  await run(file, args).then(
    () => console.log(`${name} found nothing`),
    (error) => {
      process.exitCode = 1;
      console.error(error.message);
    },
  );
}
if (missing.length > 0 && process.exitCode === undefined)
  skip(`${missing.join(" and ")} could not look at the workflows`);
