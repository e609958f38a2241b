import { once } from "node:events";
import { createServer } from "node:net";

/** Whether this machine has the address; where not, says so: macOS has 127.0.0.1 alone, and some have no IPv6. */
async function has(address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(0, address);
    await once(server, "listening");
    return true;
  } catch {
    process.stderr.write(
      `SKIPPED, all that needs a server at ${address}: this machine has no such address\n`,
    );
    return false;
  } finally {
    server.close();
  }
}

export const hasSecondAddress = await has("127.0.0.2");
export const hasIpv6 = await has("::1");
