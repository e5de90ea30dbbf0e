import { setTimeout as delay } from "node:timers/promises";
import type { ChangeFeed, ChangeFeedStatus, ChangeListener, JobNotice } from "../changes/change-feed.ts";
import { LocalChangeFeed } from "../changes/local-change-feed.ts";
import { newId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { Queryable } from "./database.ts";
import { FeedConnection } from "./feed-connection.ts";
import { FeedHealth } from "./feed-health.ts";
import { readNotices, readOrigin } from "./notice-payload.ts";
import { NoticeSender } from "./notice-sender.ts";

const channel = "skill_fleet_changes";
/**
 * Without a name: it runs before anybody knows whether a pooler is in between. The others hear of it once it is committed, which
 * waits for no disk: what it tells of is there already, and after a crash everybody who listened has lost the connection, and asks anew.
 */
const notifyText = `select set_config('synchronous_commit', 'off', true), pg_notify('${channel}', payload) from unnest($1::text[]) as payload`;
const retryDelayMs = { first: 250, max: 15_000 } as const;

export interface PostgresChangeFeedOptions {
  /** Where it listens: past any transaction pooler. */
  readonly url: string;
  /** Through what it speaks. */
  readonly database: Queryable;
  readonly logger: Logger;
  /** Whether `url` was named for the feed alone. Default: no. */
  readonly hasOwnUrl?: boolean | undefined;
  /** How often it makes sure that it hears itself. Default: 10 seconds. */
  readonly pingIntervalMs?: number | undefined;
  /** How long it waits for its own voice, and for any reply. Default: 5 seconds. */
  readonly replyTimeoutMs?: number | undefined;
  /** Called when it listens and hears nothing, as behind a transaction pooler. */
  onDeaf?(): void;
}

/** A notification was sent, and did not come back. */
class NotHeard extends Error {
  constructor() {
    super("A notification that it sent itself did not come back in time.");
  }
}

/** A notification could not be sent. */
class NotSent extends Error {}

/**
 * The feed of instances that share one PostgreSQL, over `LISTEN` on a connection of its own.
 *
 * It is live once it has heard a notification that it sent itself: behind a pooler that hands
 * out a connection for each transaction `LISTEN` succeeds and then hears nothing. Later it goes on
 * sending itself one, so that a connection that died without a word is noticed after a ping interval
 * and at most two reply timeouts.
 *
 * Notifications leave after the commit, never inside it, so one may be lost when its process is
 * killed in between; that is why the cache trusts a copy for seconds only.
 */
export class PostgresChangeFeed implements ChangeFeed {
  readonly #options: PostgresChangeFeedOptions;
  readonly #pingIntervalMs: number;
  readonly #replyTimeoutMs: number;
  readonly #local = new LocalChangeFeed();
  readonly #origin = newId();
  readonly #health: FeedHealth;
  readonly #sender: NoticeSender;
  readonly #stop = new AbortController();
  readonly #listening: Promise<void>;
  /** Pings that are under way, and what to do when they come back. */
  readonly #pings = new Map<string, () => void>();
  #pingCount = 0;

  private constructor(options: PostgresChangeFeedOptions, firstAttempt: () => void) {
    this.#options = options;
    this.#pingIntervalMs = options.pingIntervalMs ?? 10_000;
    this.#replyTimeoutMs = options.replyTimeoutMs ?? 5_000;
    this.#health = new FeedHealth(options.logger);
    this.#sender = new NoticeSender({ origin: this.#origin, send: (payloads) => this.#notify(payloads), logger: options.logger });
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
    return !this.#stop.signal.aborted && this.status.state === "live";
  }

  get status(): ChangeFeedStatus {
    return this.#health.status;
  }

  announce(notice: JobNotice): void {
    this.#local.announce(notice);
    this.#sender.add(notice);
  }

  subscribe(listener: ChangeListener): () => void {
    return this.#local.subscribe(listener);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#listening, this.#sender.close()]);
    await this.#local.close();
  }

  async #notify(payloads: readonly string[]): Promise<void> {
    await this.#options.database.query({ text: notifyText }, [payloads]);
  }

  async #keepListening(firstAttempt: () => void): Promise<void> {
    let delayMs: number = retryDelayMs.first;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#listenUntilLost(() => {
          delayMs = retryDelayMs.first;
          firstAttempt();
        });
      } catch {
        // Its reason is told.
      }
      firstAttempt();
      // With jitter, so that instances that lost the database together do not come back together.
      await delay(delayMs * (0.5 + Math.random()), undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
      delayMs = Math.min(delayMs * 2, retryDelayMs.max);
    }
  }

  async #listenUntilLost(onLive: () => void): Promise<void> {
    const connection = new FeedConnection({
      url: this.#options.url,
      channel,
      replyTimeoutMs: this.#replyTimeoutMs,
      onPayload: (payload) => this.#hear(payload),
    });
    const attempt = new AbortController();
    const closing = new Promise<never>((_, reject) => {
      this.#stop.signal.addEventListener("abort", () => reject(new Error("The change feed is closing.")), { signal: attempt.signal });
    });
    const untilLost = <Result>(work: Promise<Result>) => Promise.race([work, connection.lost, closing]);
    try {
      await untilLost(connection.listen());
      const lagMs = await untilLost(this.#hearItself());
      this.#local.gap();
      this.#health.markLive(lagMs);
      onLive();
      await untilLost(this.#keepPinging(connection, attempt.signal));
    } catch (error) {
      // Before the goodbye, which takes its time.
      if (!this.#stop.signal.aborted) this.#health.markDown(error);
      throw error;
    } finally {
      attempt.abort();
      await connection.close();
    }
  }

  /** The first ping goes through the pool: it proves that both lead to the same database, and that nothing is in between. */
  async #hearItself(): Promise<number> {
    try {
      return await this.#ping((payload) => this.#notify([payload]));
    } catch (error) {
      if (error instanceof NotHeard && !this.#stop.signal.aborted) {
        this.#health.markDeaf(this.#options.hasOwnUrl ? ownUrlAdvice : poolerAdvice);
        this.#options.onDeaf?.();
      }
      throw error;
    }
  }

  async #keepPinging(connection: FeedConnection, signal: AbortSignal): Promise<never> {
    for (;;) {
      await delay(this.#pingIntervalMs, undefined, { signal, ref: false });
      const lagMs = await this.#ping((payload) => this.#notify([payload])).catch((error: unknown) => {
        if (!(error instanceof NotSent)) throw error;
        // A pool that is busy or away is no reason to take this connection for deaf.
        return this.#ping((payload) => connection.query(notifyText, [[payload]]));
      });
      this.#health.noteLag(lagMs);
    }
  }

  /** Sends itself a notification, and returns how long that took to come back, in milliseconds. */
  async #ping(send: (payload: string) => Promise<void>): Promise<number> {
    this.#pingCount += 1;
    const name = `${this.#origin}:${this.#pingCount}`;
    const startMs = performance.now();
    const timer = new AbortController();
    const timeUp = delay(this.#replyTimeoutMs, undefined, { signal: timer.signal, ref: false });
    const echo = new Promise<void>((resolve) => this.#pings.set(name, resolve));
    const inTime = (work: Promise<void>, late: () => Error) =>
      Promise.race([
        work,
        timeUp.then(() => {
          throw late();
        }),
      ]);
    try {
      const sent = send(name).catch((error: unknown) => {
        throw new NotSent("A notification to itself could not be sent.", { cause: error });
      });
      await inTime(sent, () => new NotSent("A notification to itself could not be sent in time."));
      await inTime(echo, () => new NotHeard());
      return Math.round((performance.now() - startMs) * 1_000) / 1_000;
    } finally {
      this.#pings.delete(name);
      timer.abort();
    }
  }

  /** Passes on what other instances announce. */
  #hear(payload: string): void {
    const origin = readOrigin(payload);
    this.#pings.get(origin)?.();
    if (origin === this.#origin) return;
    for (const notice of readNotices(payload)) this.#local.announce(notice);
  }
}

const poolerAdvice = "there is a transaction pooler in between. Set DATABASE_DIRECT_URL to an address of PostgreSQL itself.";
const ownUrlAdvice = "DATABASE_DIRECT_URL leads to another database than DATABASE_URL, or to a transaction pooler as well.";
