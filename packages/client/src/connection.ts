import type { AppRouter } from "@skill-fleet/server";
import { createTRPCClient, httpBatchLink, httpLink, type Operation, retryLink, splitLink, type TRPCClient } from "@trpc/client";
import { maxUrlLength, measureCalls, sizes } from "./call-size.ts";
import { toClientError, unexpectedReply } from "./client-error.ts";
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

const firstDelayMs = 100;

const asIs = (value: unknown) => value;

/** Opens the typed line to a server; nothing is sent before the first call. @throws {TypeError} when the URL is none of HTTP */
export function connect({ url, apiKey, headers, fetch = globalThis.fetch, maxRetries = 7 }: ConnectionOptions): Connection {
  const base = baseUrl(url);
  const line = {
    url: `${base}/trpc`,
    fetch: async (input: Parameters<typeof fetch>[0], init?: object) => requireJson(await fetch(input, init)),
    headers: { ...headers, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
    transformer: { input: { serialize: asIs, deserialize: asIs }, output: { serialize: asIs, deserialize: reviveDates } },
  };
  return createTRPCClient<AppRouter>({
    links: [
      measureCalls,
      retryLink({
        retry: ({ op, error, attempts }) => {
          const { status, retryable } = toClientError(error);
          if (status === 413 && !travelsAlone(op)) {
            // It says nothing of this one: the batch was too large for the server, which has not read it.
            op.context["alone"] = true;
            return true;
          }
          const isRepeatable = op.type === "query" || op.context["repeatable"] === true;
          return attempts <= maxRetries && isRepeatable && !op.signal?.aborted && retryable;
        },
        // With jitter, so that clients that lost the server together do not come back together.
        retryDelayMs: (attempt) => firstDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random()),
      }),
      splitLink({
        condition: travelsAlone,
        true: httpLink(line),
        false: splitLink({
          condition: ({ context }) => context["size"] === "small",
          true: httpBatchLink({ ...line, maxItems: sizes.small.maxItems, maxURLLength: maxUrlLength }),
          false: httpBatchLink({ ...line, maxItems: sizes.medium.maxItems, maxURLLength: maxUrlLength }),
        }),
      }),
    ],
  });
}

function travelsAlone({ context }: Pick<Operation, "context">): boolean {
  return context["alone"] === true || context["size"] === "large";
}

/**
 * The address without its last slash; one without an origin is of the page in a browser. A call to anything that is not HTTP would
 * fail as if the server were away, and be repeated as long as that.
 */
function baseUrl(url: string | URL): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  if (!/^https?:$/.test(new URL(url, location?.href).protocol)) {
    throw new TypeError(`The url must begin with http:// or https://, and is ${JSON.stringify(String(url))}.`);
  }
  return String(url).replace(/\/+$/, "");
}

/** A proxy's error page is no network error: its status says whether to try again. */
function requireJson(reply: Response): Response {
  const type = reply.headers.get("content-type");
  if (type?.includes("json")) return reply;
  throw unexpectedReply(reply.status, `it has the type ${JSON.stringify(type)}`);
}
