import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./floor.ts");
