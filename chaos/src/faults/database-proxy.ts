import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The way from one instance to PostgreSQL. It can be held up, and cut. */
export interface DatabaseProxy extends AsyncDisposable {
  /** The URL of a database by this way. */
  through(url: string): string;
  /** From now on nothing is carried, either way, and nobody is told. */
  stall(): void;
  /** From now on connections are reset, old and new. */
  drop(): void;
  /** Carries on: what was held up arrives. */
  heal(): void;
}

type State = "open" | "stalled" | "dropped";

/** Opens a way to the server of a database URL, on a free port of this machine. */
export async function openDatabaseProxy(targetUrl: string): Promise<DatabaseProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let state: State = "open";

  const apply = (socket: Socket) => {
    if (state === "dropped") socket.resetAndDestroy();
    else if (state === "stalled") socket.pause();
    else socket.resume();
  };
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("data", (chunk) => {
      // Backpressure does not matter here: what travels is small.
      to.write(chunk);
    });
    from.on("error", () => to.destroy());
    from.on("end", () => to.end());
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    apply(from);
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: target.hostname, port: Number(target.port) });
    join(near, far);
    join(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const become = (next: State) => {
    state = next;
    for (const socket of sockets) apply(socket);
  };
  return {
    through: (url) => {
      const way = new URL(url);
      way.port = String(port);
      return way.href;
    },
    stall: () => become("stalled"),
    drop: () => become("dropped"),
    heal: () => become("open"),
    [Symbol.asyncDispose]: async () => {
      become("dropped");
      server.close();
      await once(server, "close");
    },
  };
}
