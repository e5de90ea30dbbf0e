import type { FastifyInstance } from "fastify";
import { once } from "./once.ts";
import { openApiDocument } from "./openapi.ts";
import { restPrefix } from "./rest-route.ts";
import { restTable } from "./rest-table.ts";

const docsPrefix = `${restPrefix}/docs`;

/** Serves the description of the REST table, and a page to read it. Both are made when somebody first asks. */
export function serveDescription(app: FastifyInstance): void {
  const document = once(() => openApiDocument(restTable));
  app.get(`${restPrefix}/openapi.json`, () => document());

  const reader = once(() => openReader(document()));
  for (const url of [docsPrefix, `${docsPrefix}/*`]) {
    app.get(url, async ({ url, headers }, reply) => {
      // A running server takes no more plugins: the page has a server of its own, behind this one.
      const { statusCode, headers: own, rawPayload } = await (await reader()).inject({ url, headers });
      if (statusCode === 404) return reply.callNotFound();
      const { connection: _, "transfer-encoding": __, ...kept } = own;
      return reply
        .code(statusCode)
        .headers(kept)
        .send(rawPayload.length > 0 ? rawPayload : undefined);
    });
  }
}

/** The page, in a server that listens nowhere. */
async function openReader(document: object): Promise<FastifyInstance> {
  const [{ default: Fastify }, { default: fastifySwagger }, { default: fastifySwaggerUi }] = await Promise.all([
    import("fastify"),
    import("@fastify/swagger"),
    import("@fastify/swagger-ui"),
  ]);
  const reader = Fastify();
  await reader.register(fastifySwagger, { mode: "static", specification: { document: document as never } });
  await reader.register(fastifySwaggerUi, { routePrefix: docsPrefix, uiConfig: { deepLinking: true } });
  return reader;
}
