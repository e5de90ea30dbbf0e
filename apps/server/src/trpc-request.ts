import type { FastifyRequest } from "fastify";

/** What tRPC reads of a request. To make a `Request` of Node's own costs more than most calls do. */
type ReadRequest = Pick<Request, "url" | "method" | "body" | "signal" | "text" | "formData"> & {
  readonly headers: Pick<Headers, "get" | "has">;
};

/**
 * Never ends. tRPC makes signals that follow this one for every call, and one that could end would have to know them all.
 * Procedures are told by their context when the one who asked has gone.
 */
const neverGone = AbortSignal.any([]);

/** A request as fetch has it. */
export function toFetchRequest({ method, url, headers, body }: FastifyRequest): Request {
  const request: ReadRequest = {
    url: `http://localhost${url}`,
    method,
    headers: { get: (name) => headers[name]?.toString() ?? null, has: (name) => name in headers },
    body: null,
    signal: neverGone,
    text: async () => (body instanceof Buffer ? decodeUtf8(body) : ""),
    formData: () => new Response(body as Buffer, { headers: { "content-type": String(headers["content-type"]) } }).formData(),
  };
  return request as Request;
}

/** The text of a body. Bytes that mean nothing are refused, and not stored as something else. @throws {TypeError} */
export function decodeUtf8(body: Buffer): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(body);
}
