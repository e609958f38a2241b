import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, resolve } from "node:path";

/** What decides where clients keep their files. */
export interface Machine {
  platform: NodeJS.Platform;
  home: string;
  env: NodeJS.ProcessEnv;
  /** The project. */
  cwd: string;
}

export function thisMachine(): Machine {
  return { platform: process.platform, home: homedir(), env: process.env, cwd: process.cwd() };
}

/** The file that a command starts: the path it is, or what the PATH has of that name. */
export function findProgram(command: string, { platform, env, cwd }: Machine): string | undefined {
  const path = env.PATH ?? env.Path ?? "";
  const folders =
    /[\\/]/.test(command) || isAbsolute(command) ? [cwd] : path.split(delimiter).filter(Boolean);
  const endings = platform === "win32" ? ["", ...(env.PATHEXT ?? ".COM;.EXE;.BAT;.CMD").split(";")] : [""];
  return folders
    .flatMap((folder) => endings.map((ending) => resolve(folder, command + ending)))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not for this user
  }
}
