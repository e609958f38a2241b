import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { buildConnector } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { type ConnectionGuard, guarded } from "./connection-guards.ts";
import { readListeningSockets } from "./listening-sockets.ts";

type Connector = buildConnector.connector;

async function listen(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on("error", () => undefined)).listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

function open(
  port: number,
  guard: ConnectionGuard,
  connector: Connector = buildConnector({}),
): Promise<Socket> {
  const guardedConnect = guarded(connector, `http://127.0.0.1:${port}`, guard);
  return new Promise((resolve, reject) =>
    guardedConnect(
      { hostname: "127.0.0.1", host: `127.0.0.1:${port}`, protocol: "http:", port: String(port) },
      (error, socket) => (socket === null ? reject(error) : resolve(socket)),
    ),
  );
}

const refused = (why: string) => ({
  code: "OLLAMA_CONNECTION_FAILED",
  message: expect.stringContaining(why),
  details: { errno: "GUARDED" },
  hint: expect.stringContaining("OLLAMA_BASE_URL=http://127.0.0.1:"),
});

test.runIf(process.platform === "linux")("a listening socket tells whose it is", async () => {
  const { port } = await listen();
  const lookUp = await readListeningSockets();
  expect(lookUp?.("127.0.0.1", port)).toMatchObject({ owner: process.getuid?.(), wildcard: false });
  expect(lookUp?.("127.0.0.2", port)).toBeUndefined();
});

test.runIf(process.platform === "linux")("a server of this user is connected to", async () => {
  const { port } = await listen();
  const socket = await open(port, "listener-rule");
  expect(socket.remotePort).toBe(port);
  socket.destroy();
});

test.runIf(process.platform === "linux")("a server that took the port at this moment is not", async () => {
  const first = await listen();
  const takenOver: Connector = (options, callback) => {
    first.server.close(async () => {
      await listen(first.port);
      buildConnector({})(options, callback);
    });
  };
  await expect(open(first.port, "listener-rule", takenOver)).rejects.toMatchObject(
    refused("was started anew"),
  );
});

/** Connects to this machine, and looks as if another one had answered. */
const fromElsewhere: Connector = ({ port }, callback) => {
  const socket = connect(Number(port), "127.0.0.1", () => {
    Object.defineProperty(socket, "remoteAddress", { value: "192.0.2.7" });
    callback(null, socket);
  });
};

test.each([
  ["listener-rule", "another machine"],
  ["this-machine", "not this machine's address any more"],
] as const)("what leads to another machine is not connected to: %s", async (guard, why) => {
  const { port } = await listen();
  await expect(open(port, guard, fromElsewhere)).rejects.toMatchObject(refused(why));
});

test("what refuses a connection says so itself", async () => {
  const { server, port } = await listen();
  server.close();
  await once(server, "close");
  await expect(open(port, "this-machine")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
