import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EnvHttpProxyAgent, fetch } from "undici";
import type { Preparation } from "./progress.ts";

const connectTimeoutMs = 5000;
const stalledTimeoutMs = 30_000;

/**
 * Writes what is at the URL to the file, up to `maxBytes`: a server that sends more must not fill the disk. Throws what
 * went wrong on the way, in words for people.
 */
export async function fetchToFile(
  url: string,
  file: string,
  { signal, onProgress, env = process.env, maxBytes }: Preparation & { maxBytes: number },
): Promise<void> {
  const proxies = {
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? "",
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? "",
    noProxy: env.no_proxy ?? env.NO_PROXY ?? "",
  };
  const dispatcher = new EnvHttpProxyAgent({
    ...proxies,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: stalledTimeoutMs,
    bodyTimeout: stalledTimeoutMs,
  });
  try {
    onProgress?.({ phase: "connecting" });
    const response = await fetch(url, { dispatcher, signal: signal ?? null });
    if (!response.ok || !response.body) throw new Error(`it answered ${response.status}`);
    const totalBytes = Number(response.headers.get("content-length"));
    const total = totalBytes > 0 ? { totalBytes } : {};
    let completedBytes = 0;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        completedBytes += chunk.length;
        if (completedBytes > maxBytes) {
          done(new Error(`it sent more than the ${maxBytes} bytes of the model`));
          return;
        }
        onProgress?.({ phase: "downloading", completedBytes, ...total });
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file), { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(reason(error), { cause: error });
  } finally {
    await dispatcher.destroy();
  }
}

/** fetch hides the reason in the cause: "fetch failed" says nothing. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? reason(cause) : message;
}
