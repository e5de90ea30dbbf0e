import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

export interface FeedConnectionOptions {
  readonly url: string;
  readonly channel: string;
  /** How long to wait for any reply, in milliseconds. */
  readonly replyTimeoutMs: number;
  onPayload(payload: string): void;
}

/** How long the server may take to say goodbye. One that is half-open never does. */
const goodbyeMs = 1_000;

/** A connection that does nothing but `LISTEN` on one channel. */
export class FeedConnection {
  readonly #client: pg.Client;
  readonly #socket = new Socket();
  readonly #channel: string;
  /** Rejects when the connection has ended, whoever ended it. A half-open one reports nothing. */
  readonly lost: Promise<never>;

  constructor({ url, channel, replyTimeoutMs, onPayload }: FeedConnectionOptions) {
    this.#channel = channel;
    this.#client = new pg.Client({
      connectionString: url,
      // Our own, so that it can be destroyed: `pg` waits for the other end to close.
      stream: () => this.#socket,
      keepAlive: true,
      connectionTimeoutMillis: replyTimeoutMs,
      query_timeout: replyTimeoutMs,
      application_name: "skill-fleet change feed",
    });
    this.#client.on("notification", ({ payload = "" }) => onPayload(payload));
    this.lost = new Promise<never>((_, reject) => {
      this.#client.on("error", reject);
      this.#client.on("end", () => reject(new Error("The connection of the change feed ended.")));
    });
    this.lost.catch(() => {});
  }

  async listen(): Promise<void> {
    await this.#client.connect();
    await this.#client.query(`listen ${this.#channel}`);
  }

  async query(text: string, values: readonly unknown[]): Promise<void> {
    await this.#client.query(text, [...values]);
  }

  /** Says goodbye, but waits for no reply that does not come. */
  async close(): Promise<void> {
    await Promise.race([this.#client.end().catch(() => {}), delay(goodbyeMs, undefined, { ref: false })]);
    this.#socket.destroy();
  }
}
