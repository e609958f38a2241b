// Writes entries into a store and says each key when it is kept: writer.ts URL PREFIX COUNT
import { writeSync } from "node:fs";
import { MemoryStore } from "../src/store/memory-store.ts";
import { openSqlite } from "../src/store/open-sqlite.ts";

const [file = "", prefix = "", count = "0"] = process.argv.slice(2);
const store = new MemoryStore(await openSqlite(file));
store.announce = () => ({ to: "somebody" });
const entries = store.entries("crash");
for (let index = 0; index < Number(count); index++) {
  const key = `${prefix} ${index}`;
  await entries.set(key, { value: `text of ${key}`, metadata: {}, tags: [prefix] });
  // Not through a stream: what is said must not wait in a buffer when the process is killed.
  writeSync(1, `${key}\n`);
}
await store.close();
