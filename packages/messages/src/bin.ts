#!/usr/bin/env node
import { start } from "@ollama-bridge/server-kit/start";

await start(() => import("./serve-messages.ts"));
