// A tRPC router whose one query returns a job from a constant, on the fastest adapter that tRPC has: the one for fetch.
import { createServer } from "node:http";
import { initTRPC } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";

const job = JSON.parse(process.argv[2]);
const t = initTRPC.create();
const router = t.router({ get: t.procedure.input((input) => input).query(() => job) });

const server = createServer(async ({ url, method, headers }, reply) => {
  const req = new Request(new URL(url, "http://localhost"), { method, headers });
  const response = await fetchRequestHandler({ endpoint: "/trpc", req, router });
  reply.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
});
server.listen(0, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${server.address().port}`));
