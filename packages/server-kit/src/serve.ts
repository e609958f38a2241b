import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { type Composition, createServerFactory } from "./create-server.ts";

/** How long closing may take before the process ends all the same. */
const CLOSE_WITHIN_MS = 1_500;

/**
 * Serves the composition over stdio until stdin ends or the process is told to stop; then everything is closed,
 * what is generated is cancelled at Ollama, and the process exits with 0.
 */
export async function serve(composition: Composition): Promise<void> {
  const handle = serveStdio(createServerFactory(composition), {
    onerror: (error) => composition.log.warn({ err: error.message }, "protocol error"),
  });
  await stopRequested();
  setTimeout(() => process.exit(0), CLOSE_WITHIN_MS).unref();
  await handle.close();
  await Promise.allSettled(composition.toolsets.map((toolset) => toolset.close()));
  process.exit(0);
}

function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once("end", resolve).once("close", resolve);
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve());
  });
}
