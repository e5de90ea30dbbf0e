import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fleet } from "../fleet.ts";
import { newId } from "../ids.ts";
import type { JobEventKind } from "../jobs/job.ts";
import { silentLogger } from "../logger.ts";
import { EmbeddedDatabase } from "../postgres/embedded-database.ts";
import { ServerDatabase } from "../postgres/server-database.ts";
import { BreakingDatabase } from "../testing/breaking-database.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { openFleetOn } from "../testing/open-fleet-on.ts";
import { PromptLedger } from "../testing/prompt-ledger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import { createDataDir } from "../testing/test-databases.ts";

const clock = new ManualClock();

/** A waiting job with two open prompts, one of which is overdue when its test wants that. */
interface Scene {
  readonly fleet: Fleet;
  readonly jobId: string;
  readonly promptId: string;
  readonly ledger: PromptLedger;
}

interface Operation {
  readonly name: string;
  /** What a client sends, and sends again when it gets no reply. */
  act(scene: Scene, id: string): Promise<unknown>;
  /** The event that it leaves, once. */
  readonly event: JobEventKind;
  /** How a repetition is refused that finds everything done, if it is not taken as one. */
  readonly refusedAs?: string;
  readonly overdue?: boolean;
}

const operations: Operation[] = [
  { name: "open with an id", event: "prompt_opened", act: ({ fleet, jobId }, id) => fleet.prompts.open(jobId, { id, type: "question" }) },
  {
    name: "open with a key",
    event: "prompt_opened",
    act: ({ fleet, jobId }, id) => fleet.prompts.open(jobId, { key: id, type: "question" }),
  },
  {
    name: "respond",
    event: "prompt_answered",
    act: async ({ fleet, promptId, ledger }, id) =>
      ledger.noteAccepted(await fleet.prompts.respond(promptId, { ok: true }, { idempotencyKey: id }), { ok: true }, id),
  },
  {
    name: "revise",
    event: "prompt_revised",
    // The digest is that of what will be shown: a repetition finds it changed.
    act: async ({ fleet, promptId }, id) => {
      const { digest, title } = await fleet.prompts.get(promptId);
      if (title !== id) await fleet.prompts.revise(promptId, { title: id }, { ifDigest: digest });
    },
  },
  { name: "withdraw", event: "prompt_withdrawn", act: ({ fleet, promptId }) => fleet.prompts.withdraw(promptId) },
  { name: "a deadline", event: "prompt_expired", overdue: true, act: ({ fleet }) => fleet.prompts.expireOverdue() },
  {
    name: "a response after the deadline",
    event: "prompt_expired",
    refusedAs: "PROMPT_EXPIRED",
    overdue: true,
    act: ({ fleet, promptId }) => fleet.prompts.respond(promptId, {}),
  },
  { name: "cancel", event: "cancelled", refusedAs: "INVALID_TRANSITION", act: ({ fleet, jobId }) => fleet.jobs.cancel(jobId) },
];

const engines = [
  {
    name: "PostgreSQL",
    open: async () => {
      const created = await createTestDatabase();
      return { database: new ServerDatabase({ url: created.url, logger: silentLogger }), free: created };
    },
  },
  {
    name: "the embedded database",
    open: async () => {
      const dir = await createDataDir();
      return { database: await EmbeddedDatabase.open(dir.path), free: dir };
    },
  },
];

describe.each(engines)("when the wire to $name breaks", ({ open }) => {
  let database: BreakingDatabase;
  let fleet: Fleet;
  let free: AsyncDisposable;

  beforeAll(async () => {
    const opened = await open();
    free = opened.free;
    database = new BreakingDatabase(opened.database);
    fleet = await openFleetOn(database, clock);
  });
  afterAll(async () => {
    await fleet.close();
    await free[Symbol.asyncDispose]();
  });

  test.each(operations)(
    "at any point of $name, nothing is half done, and a repetition makes it whole",
    async ({ act, event, refusedAs, overdue }) => {
      let point = 1;
      for (; ; point += 1) {
        const type = newId();
        const { job } = await fleet.jobs.create({ type });
        const terms = overdue ? { expiresInMs: 5 } : {};
        const { prompt } = await fleet.prompts.open(job.id, { type: "question", ...terms });
        await fleet.prompts.open(job.id, { type: "question" });
        if (overdue) clock.advance(5);
        const scene: Scene = { fleet, jobId: job.id, promptId: prompt.id, ledger: new PromptLedger() };
        const id = newId();
        const before = (await fleet.jobs.events(job.id)).filter(({ kind }) => kind === event).length;

        database.breakAt(point);
        const failure = await codeOf(act(scene, id));
        const broken = database.hasBroken;
        database.breakAt(Number.POSITIVE_INFINITY);
        expect(await scene.ledger.problems(fleet, type)).toEqual([]);
        // Where the loss was noticed and made good, nobody was told of it.
        expect([undefined, refusedAs, "STORE_UNAVAILABLE"]).toContain(failure);

        const again = await codeOf(act(scene, id));
        expect([undefined, refusedAs]).toContain(again);
        expect(await scene.ledger.problems(fleet, type)).toEqual([]);
        const after = (await fleet.jobs.events(job.id)).filter(({ kind }) => kind === event).length;
        expect({ point, done: after - before }).toEqual({ point, done: 1 });
        if (!broken) break;
      }
      // The last point is the one that the operation never reached.
      expect(point).toBeGreaterThan(3);
    },
  );

  test("at one of many deadlines, the others have happened by the time the sweep says so", async () => {
    const overdue: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      const { job } = await fleet.jobs.create();
      overdue.push((await fleet.prompts.open(job.id, { type: "question", expiresInMs: 5 })).prompt.id);
    }
    clock.advance(5);
    // Before and after the look-up of what is overdue, then before the first statement of any of them.
    database.breakAt(3);
    expect(await codeOf(fleet.prompts.expireOverdue())).toBe("STORE_UNAVAILABLE");
    const left = (await Promise.all(overdue.map((id) => fleet.prompts.get(id)))).filter(({ status }) => status === "open");
    expect(left).toHaveLength(1);
    expect(await fleet.prompts.expireOverdue()).toBe(1);
  });
});

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error) => error.code ?? String(error),
  );
}
