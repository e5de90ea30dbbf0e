import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { ChangeFeed, ChangeListener, JobNotice } from "../changes/change-feed.ts";
import { LocalChangeFeed } from "../changes/local-change-feed.ts";
import { newId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { Queryable, Statement } from "./database.ts";

const channel = "skill_fleet_changes";
const notify: Statement = { name: "notify_changes", text: `select pg_notify('${channel}', $1)` };

/** Notices wait this long for company; a NOTIFY takes a lock that all of the server's commits share. */
const flushDelayMs = 5;
/** A payload may have 8,000 bytes. */
const maxPayloadLength = 7_900;
const replyTimeoutMs = 5_000;
const pingIntervalMs = 10_000;
const retryDelayMs = { first: 250, max: 15_000 } as const;

export interface PostgresChangeFeedOptions {
  readonly url: string;
  readonly database: Queryable;
  readonly logger: Logger;
}

/**
 * The feed of instances that share one PostgreSQL, over `LISTEN` on a connection of its own.
 *
 * It is live once it has heard a notification that it sent itself: behind a pooler that hands
 * out a connection for each transaction `LISTEN` succeeds and then hears nothing. Notifications
 * leave after the commit, never inside it, so one may be lost when its process is killed in
 * between; that is why the cache trusts a copy for seconds only.
 */
export class PostgresChangeFeed implements ChangeFeed {
  readonly #url: string;
  readonly #database: Queryable;
  readonly #logger: Logger;
  readonly #local = new LocalChangeFeed();
  readonly #origin = newId();
  readonly #stop = new AbortController();
  readonly #listening: Promise<void>;
  #unsent = new Map<string, JobNotice>();
  #sending: Promise<void> | undefined;
  #live = false;

  private constructor(options: PostgresChangeFeedOptions, firstAttempt: () => void) {
    this.#url = options.url;
    this.#database = options.database;
    this.#logger = options.logger;
    this.#listening = this.#keepListening(firstAttempt);
  }

  /** Returns once the feed is live, or its first attempt has failed; it goes on trying by itself. */
  static async start(options: PostgresChangeFeedOptions): Promise<PostgresChangeFeed> {
    let feed: PostgresChangeFeed | undefined;
    await new Promise<void>((resolve) => {
      feed = new PostgresChangeFeed(options, resolve);
    });
    return feed as PostgresChangeFeed;
  }

  get isLive(): boolean {
    return this.#live;
  }

  announce(notice: JobNotice): void {
    this.#local.announce(notice);
    this.#remember(notice);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  subscribe(listener: ChangeListener): () => void {
    return this.#local.subscribe(listener);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#listening, this.#sending]);
    await this.#local.close();
  }

  /** Sends what is unsent until nothing is. When closing, tries once more and gives up. */
  async #send(): Promise<void> {
    while (this.#unsent.size > 0) {
      await this.#pause(flushDelayMs);
      const notices = this.#unsent;
      this.#unsent = new Map();
      try {
        for (const payload of packNotices(this.#origin, notices.values())) await this.#database.query(notify, [payload]);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#logger.warn({ err: error }, "Change notifications could not be sent; trying again");
        for (const notice of notices.values()) this.#remember(notice);
        await this.#pause(retryDelayMs.first);
      }
    }
  }

  /** Of several notices about one job the latest is enough. */
  #remember(notice: JobNotice): void {
    const known = this.#unsent.get(notice.jobId);
    if (known === undefined || known.version <= notice.version) this.#unsent.set(notice.jobId, notice);
  }

  async #keepListening(firstAttempt: () => void): Promise<void> {
    let delayMs: number = retryDelayMs.first;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#listenUntilLost(() => {
          delayMs = retryDelayMs.first;
          firstAttempt();
        });
      } catch (error) {
        if (delayMs === retryDelayMs.first) {
          this.#logger.warn({ err: error }, "The change feed is down: jobs are read from the database until it is back");
        }
      }
      this.#live = false;
      firstAttempt();
      await this.#pause(delayMs);
      delayMs = Math.min(delayMs * 2, retryDelayMs.max);
    }
  }

  async #listenUntilLost(onLive: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      connectionTimeoutMillis: replyTimeoutMs,
      query_timeout: replyTimeoutMs,
      application_name: "skill-fleet change feed",
    });
    const attempt = new AbortController();
    const lost = new Promise<never>((_, reject) => {
      client.on("error", reject);
      client.on("end", () => reject(new Error("The connection of the change feed ended.")));
      this.#stop.signal.addEventListener("abort", () => reject(new Error("The change feed is closing.")), { signal: attempt.signal });
    });
    lost.catch(() => {});
    try {
      await client.connect();
      const heard = this.#hear(client);
      await client.query(`listen ${channel}`);
      await this.#database.query(notify, [this.#origin]);
      await Promise.race([heard, lost, silence(attempt.signal)]);
      this.#local.gap();
      this.#live = true;
      onLive();
      await Promise.race([lost, ping(client, attempt.signal)]);
    } finally {
      this.#live = false;
      attempt.abort();
      await client.end().catch(() => {});
    }
  }

  /** Passes on what other instances announce. Resolves when a notification of our own comes back. */
  #hear(client: pg.Client): Promise<void> {
    return new Promise((resolve) => {
      client.on("notification", ({ payload = "" }) => {
        const [origin, ...notices] = payload.split(" ");
        if (origin === this.#origin) return resolve();
        for (const notice of notices) this.#local.announce(readNotice(notice));
      });
    });
  }

  /** Waits, but not past the order to stop. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}

/** Rejects when nothing was heard in time. */
async function silence(signal: AbortSignal): Promise<never> {
  await delay(replyTimeoutMs, undefined, { signal, ref: false });
  throw new Error("The change feed does not hear itself; is there a transaction pooler in between?");
}

/** Rejects when the connection is gone: a half-open one reports nothing, only a question that gets no reply shows it. */
async function ping(client: pg.Client, signal: AbortSignal): Promise<never> {
  for (;;) {
    await delay(pingIntervalMs, undefined, { signal, ref: false });
    await client.query("select 1");
  }
}

/** Puts notices into as few payloads as they fit into, each behind the name of who sends it. */
function* packNotices(origin: string, notices: Iterable<JobNotice>): Generator<string> {
  let payload = origin;
  for (const notice of notices) {
    const text = writeNotice(notice);
    if (payload.length + 1 + text.length > maxPayloadLength) {
      yield payload;
      payload = origin;
    }
    payload += ` ${text}`;
  }
  yield payload;
}

function writeNotice({ jobId, version, wanted }: JobNotice): string {
  return wanted === undefined ? `${jobId}:${version}` : `${jobId}:${version}:${encodeURIComponent(wanted)}`;
}

function readNotice(text: string): JobNotice {
  const [jobId = "", version, wanted] = text.split(":");
  return { jobId, version: Number(version), wanted: wanted && decodeURIComponent(wanted) };
}
