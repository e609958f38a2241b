// Removes the `dist` of the package it is run in: chunks of an earlier build must not be published with this one's.
import { rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
