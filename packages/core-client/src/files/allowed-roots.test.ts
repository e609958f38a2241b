import { expect, test } from "vitest";
import { defaultRoots } from "./allowed-roots.ts";

test.each([
  ["linux", "/home/me/project", "/home/me", true],
  ["linux", "/srv/work", "/home/me", true],
  ["linux", "/home/mean", "/home/me", true],
  ["linux", "/", "/home/me", false],
  ["linux", "/home/me", "/home/me", false],
  ["linux", "/home", "/home/me", false],
  ["darwin", "/Users/me/..project", "/Users/me", true],
  ["darwin", "/Users", "/Users/me", false],
  ["win32", "C:\\Users\\me\\project", "C:\\Users\\me", true],
  ["win32", "D:\\work", "C:\\Users\\me", true],
  ["win32", "C:\\", "C:\\Users\\me", false],
  ["win32", "D:\\", "C:\\Users\\me", false],
  ["win32", "c:\\users\\ME", "C:\\Users\\me", false],
  ["win32", "C:\\Users", "C:\\Users\\me", false],
  ["win32", "\\\\server\\share", "C:\\Users\\me", false],
  ["win32", "\\\\server\\share\\project", "C:\\Users\\me", true],
] as const)(
  "on %s, started in %s by the user of %s, files are read there: %s",
  (platform, folder, home, is) => {
    expect(defaultRoots(folder, ["/elsewhere", home], platform)).toEqual(is ? [folder] : []);
  },
);
