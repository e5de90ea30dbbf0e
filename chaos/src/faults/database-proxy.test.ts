import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DatabaseProxy, openDatabaseProxy } from "./database-proxy.ts";

const echo = createServer((socket) => socket.on("error", () => {}).pipe(socket));
let proxy: DatabaseProxy;

beforeAll(async () => {
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  proxy = await openDatabaseProxy(`postgres://127.0.0.1:${(echo.address() as AddressInfo).port}/name`);
});

afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  echo.close();
});

function dial(): Socket {
  const { hostname, port, pathname } = new URL(proxy.through("postgres://other:1/name"));
  expect([hostname, pathname]).toEqual(["other", "/name"]);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  return socket;
}

/** Resolves when the connection has ended, also by an error. */
function ended(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once("close", resolve));
}

async function reply(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, "data");
  return String(chunk);
}

test("what is sent while it stalls arrives when it is healed", async () => {
  const socket = dial();
  socket.write("one");
  expect(await reply(socket)).toBe("one");
  proxy.stall();
  socket.write("two");
  const held = reply(socket);
  const other = dial();
  other.write("three");
  const heldOther = reply(other);
  expect(await Promise.race([held, heldOther, new Promise((resolve) => setTimeout(resolve, 50, "nothing"))])).toBe("nothing");
  proxy.heal();
  expect(await Promise.all([held, heldOther])).toEqual(["two", "three"]);
  socket.destroy();
  other.destroy();
});

test("dropping resets the connections that are there, and new ones", async () => {
  const socket = dial();
  socket.write("one");
  await reply(socket);
  proxy.drop();
  await ended(socket);
  await ended(dial());
  proxy.heal();
  const fresh = dial();
  fresh.write("again");
  expect(await reply(fresh)).toBe("again");
  fresh.destroy();
});
