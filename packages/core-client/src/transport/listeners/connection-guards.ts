import type { Socket } from "node:net";
import type { BridgeError } from "@ollama-bridge/foundation";
import type { buildConnector } from "undici";
import { coreErrors } from "../../core-errors.ts";
import { canonicalAddress, isOwnAddress } from "../this-machine.ts";
import { ON_ANOTHER_MACHINE, whyListenerIsUnused } from "./listener-rule.ts";
import { readListeningSockets } from "./listening-sockets.ts";

type Connector = buildConnector.connector;
/** Looks at the server before a connection; what is returned looks at the connection, and says why it is not used. */
type Guard = () => Promise<(remoteAddress: string, port: number) => Promise<string | undefined>>;

/** Where connections of an instance may lead: a server that the listener rule lets prompts go to, or this machine. */
export type ConnectionGuard = "listener-rule" | "this-machine";

/** The errno of a connection that was refused here. */
export const GUARDED = "GUARDED";

const guards: Readonly<Record<ConnectionGuard, Guard>> = {
  /**
   * The socket is looked up before and after: while it is the same, nobody else can have taken the connection.
   */
  "listener-rule": async () => {
    const before = await readListeningSockets();
    return async (address, port) => {
      if (!isOwnAddress(address)) return ON_ANOTHER_MACHINE;
      const after = await readListeningSockets();
      const socket = after?.(address, port);
      if (before?.(address, port)?.id !== socket?.id) return "was started anew at this moment";
      return whyListenerIsUnused(port, socket);
    };
  },
  "this-machine": async () => async (address) =>
    isOwnAddress(address) ? undefined : "is not this machine's address any more",
};

/** Connects as `connect` does, and only where `guard` lets it. Nothing is sent before. */
export function guarded(connect: Connector, origin: string, guard: ConnectionGuard): Connector {
  return (options, callback) => {
    const open = async () => {
      const judge = await guards[guard]();
      const socket = await new Promise<Socket>((resolve, reject) =>
        connect(options, (error, opened) => (error ? reject(error) : resolve(opened))),
      );
      const { remoteAddress = "", remotePort = 0 } = socket;
      const why = await judge(canonicalAddress(remoteAddress), remotePort);
      if (socket.destroyed) throw Object.assign(new Error("closed at once"), { code: "ECONNRESET" });
      if (why === undefined) return socket;
      socket.destroy();
      throw refused(origin, why);
    };
    open().then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}

function refused(origin: string, why: string): BridgeError {
  return coreErrors.create("OLLAMA_CONNECTION_FAILED", `Nothing is sent to ${origin}: it ${why}`, {
    details: { endpoint: origin, errno: GUARDED },
    hint: `If it is yours, name it: OLLAMA_BASE_URL=${origin}, or under instances in the configuration.`,
  });
}
