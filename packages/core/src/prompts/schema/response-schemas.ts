import { Worker } from "node:worker_threads";
import { FleetError, type InputProblem } from "../../errors.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { SchemaQuestion, SchemaReply, SchemaVerdict } from "./schema-check.ts";

/** How large a schema may be, as JSON. */
export const maxSchemaBytes = 65_536;

/** How long one check may take. An ordinary one takes well under a millisecond. */
const timeLimitMs = 2_000;

/** How many slow schemas are remembered; beyond that the one that was slow first is forgotten. */
const maxSlow = 100;

/** The built file, also when this one runs from its source: a thread can only be started from JavaScript. */
const threadFile = new URL("../../../dist/prompts/schema/schema-thread.js", import.meta.url);

interface Check {
  readonly question: SchemaQuestion;
  resolve(verdict: SchemaVerdict | "too_slow"): void;
  reject(error: unknown): void;
}

/**
 * Checks responses against the JSON Schemas (draft 2020-12) of prompts.
 *
 * Schemas are untrusted: a pattern or a web of references can take practically forever. They run
 * in one thread of their own, one check at a time; a check that takes too long ends with the
 * thread, and the next one gets a new thread. A schema that took too long once lets all others go
 * first from then on. The thread starts with the first check, and it does not keep the process alive.
 */
export class ResponseSchemas {
  #thread: Worker | undefined;
  #isReady = false;
  #current: Check | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #queue: Check[] = [];
  readonly #slow = new Set<string>();

  /** What is wrong with a schema, with paths inside it. Only references within the schema itself are followed. */
  async problemsOfSchema(schema: JsonObject): Promise<readonly InputProblem[]> {
    const text = JSON.stringify(schema);
    if (Buffer.byteLength(text) > maxSchemaBytes) return [{ path: [], message: `must not be larger than ${maxSchemaBytes} bytes` }];
    const verdict = await this.#ask({ schema: text });
    if (verdict === "too_slow") return [{ path: [], message: "takes too long to be read" }];
    return verdict.kind === "fits" ? [] : verdict.problems;
  }

  /** What is wrong with a response, with paths inside it. */
  async problemsOfResponse(schema: JsonObject, response: Json): Promise<readonly InputProblem[]> {
    const verdict = await this.#ask({ schema: JSON.stringify(schema), response });
    if (verdict === "too_slow") return [{ path: [], message: "takes too long to be checked against the prompt's schema" }];
    return verdict.kind === "fits" ? [] : verdict.problems;
  }

  /** Ends the thread. Checks that wait are refused. Safe to call twice. */
  async close(): Promise<void> {
    const refused = new FleetError("STORE_UNAVAILABLE", "The fleet is closed.");
    for (const check of [this.#current, ...this.#queue.splice(0)]) check?.reject(refused);
    this.#current = undefined;
    await this.#endThread();
  }

  #ask(question: SchemaQuestion): Promise<SchemaVerdict | "too_slow"> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ question, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#current !== undefined) return;
    this.#current = this.#takeNext();
    if (this.#current === undefined) {
      this.#thread?.unref();
      return;
    }
    this.#thread ??= this.#startThread();
    this.#thread.ref();
    if (this.#isReady) this.#send(this.#thread);
  }

  /** Otherwise whoever sends one slow response again and again would hold up everybody's. */
  #takeNext(): Check | undefined {
    const first = this.#queue.findIndex(({ question }) => !this.#slow.has(question.schema));
    return this.#queue.splice(Math.max(first, 0), 1)[0];
  }

  #noteSlow(schema: string): void {
    this.#slow.add(schema);
    const [oldest] = this.#slow;
    if (this.#slow.size > maxSlow && oldest !== undefined) this.#slow.delete(oldest);
  }

  /** The limit counts from when the thread can work: starting it takes longer than most checks. */
  #send(thread: Worker): void {
    if (this.#current === undefined) return;
    thread.postMessage(this.#current.question);
    this.#timer = setTimeout(() => {
      void this.#endThread();
      this.#settle("too_slow");
    }, timeLimitMs);
  }

  #startThread(): Worker {
    // Without the flags of this process: some of them are for its main program alone.
    const thread = new Worker(threadFile, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 64 } });
    thread.on("message", (reply: SchemaReply) => {
      if (reply.kind !== "ready") return this.#settle(reply);
      this.#isReady = true;
      this.#send(thread);
    });
    thread.on("error", (error) => {
      void this.#endThread();
      // Whoever asks for more memory than there is gets as little as whoever takes too long.
      if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return this.#settle("too_slow");
      this.#current?.reject(new FleetError("INTERNAL", "The thread that checks responses has failed.", { cause: error }));
      this.#current = undefined;
      this.#next();
    });
    return thread;
  }

  #settle(verdict: SchemaVerdict | "too_slow"): void {
    clearTimeout(this.#timer);
    const check = this.#current;
    this.#current = undefined;
    if (verdict === "too_slow" && check !== undefined) this.#noteSlow(check.question.schema);
    check?.resolve(verdict);
    this.#next();
  }

  async #endThread(): Promise<void> {
    clearTimeout(this.#timer);
    const thread = this.#thread;
    this.#thread = undefined;
    this.#isReady = false;
    thread?.removeAllListeners();
    await thread?.terminate();
  }
}
