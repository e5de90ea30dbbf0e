// A tRPC router on the adapter that the fleet uses, whose one query returns a job from a constant.
import { initTRPC } from "@trpc/server";
import { fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import Fastify from "fastify";

const job = JSON.parse(process.argv[2]);
const t = initTRPC.create();
const router = t.router({ get: t.procedure.input((input) => input).query(() => job) });

const app = Fastify({ routerOptions: { maxParamLength: 5_000 } });
await app.register(fastifyTRPCPlugin, { prefix: "/trpc", trpcOptions: { router } });
console.log(`Listening on ${await app.listen({ port: 0, host: "127.0.0.1" })}`);
