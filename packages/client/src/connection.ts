import type { AppRouter } from "@skill-fleet/server";
import { createTRPCClient, httpBatchLink, httpLink, retryLink, splitLink, type TRPCClient } from "@trpc/client";
import { toClientError, unexpectedReply } from "./client-error.ts";
import { largeCallsAlone } from "./large-calls.ts";
import { reviveDates } from "./revive-dates.ts";

export interface ConnectionOptions {
  /** Where the server is, e.g. `http://localhost:8000`. */
  readonly url: string | URL;
  /** Sent as a bearer token. Default: none. */
  readonly apiKey?: string | undefined;
  /** Sent with every request. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * How often a call that is safe to repeat is repeated when the server is away (no reply, or 502,
   * 503, 504). Default: 7, with waits that double from about 100 ms: some 13 seconds, in which a server restarts. 0 turns it off.
   */
  readonly maxRetries?: number | undefined;
}

export type Connection = TRPCClient<AppRouter>;

/** How many calls of one tick share a request; the server takes no more. */
const maxBatchSize = 100;
/** Longer addresses are cut or refused by some proxies. */
const maxUrlLength = 8_000;
const firstDelayMs = 100;

const asIs = (value: unknown) => value;

/** Opens the typed line to a server; nothing is sent before the first call. @throws {TypeError} when the URL is none of HTTP */
export function connect({ url, apiKey, headers, fetch = globalThis.fetch, maxRetries = 7 }: ConnectionOptions): Connection {
  // A call to anything else fails as if the server were away, and would be repeated as long as that.
  if (!/^https?:$/.test(new URL(url).protocol)) {
    throw new TypeError(`The url must begin with http:// or https://, and is ${JSON.stringify(String(url))}.`);
  }
  const line = {
    url: `${String(url).replace(/\/+$/, "")}/trpc`,
    fetch: async (input: Parameters<typeof fetch>[0], init?: object) => requireJson(await fetch(input, init)),
    headers: { ...headers, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
    transformer: { input: { serialize: asIs, deserialize: asIs }, output: { serialize: asIs, deserialize: reviveDates } },
  };
  return createTRPCClient<AppRouter>({
    links: [
      largeCallsAlone,
      retryLink({
        retry: ({ op, error, attempts }) =>
          attempts <= maxRetries &&
          (op.type === "query" || op.context["repeatable"] === true) &&
          !op.signal?.aborted &&
          toClientError(error).retryable,
        // With jitter, so that clients that lost the server together do not come back together.
        retryDelayMs: (attempt) => firstDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random()),
      }),
      splitLink({
        condition: ({ context }) => context["alone"] === true,
        true: httpLink(line),
        false: httpBatchLink({ ...line, maxItems: maxBatchSize, maxURLLength: maxUrlLength }),
      }),
    ],
  });
}

/** A proxy's error page is no network error: its status says whether to try again. */
function requireJson(reply: Response): Response {
  const type = reply.headers.get("content-type");
  if (type?.includes("json")) return reply;
  throw unexpectedReply(reply.status, `it has the type ${JSON.stringify(type)}`);
}
