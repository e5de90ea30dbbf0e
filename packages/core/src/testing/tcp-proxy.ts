import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire to a server that can go bad. */
export interface TcpProxy extends AsyncDisposable {
  /** The same address, through the wire. */
  through(url: string): string;
  /** From now on connections are taken, and nothing passes either way: what a machine that lost its power looks like. */
  goHalfOpen(): void;
  /** From now on new connections pass again. Those from before stay as they are, until {@link cut}. */
  recover(): void;
  /** Ends every connection. */
  cut(): void;
}

/** Starts a proxy on a free port of this machine, to the host and port of a URL. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isHalfOpen = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    keep(near);
    if (isHalfOpen) return void near.pause();
    const far = keep(connect(Number(port), hostname));
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    through: (url) => {
      const detour = new URL(url);
      detour.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      return detour.href;
    },
    goHalfOpen: () => {
      isHalfOpen = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    recover: () => {
      isHalfOpen = false;
    },
    cut,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
