import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { assembleFleet, type Fleet } from "../fleet.ts";
import { newId } from "../ids.ts";
import type { Job } from "../jobs/job.ts";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import { silentLogger } from "../logger.ts";
import { MemoryJobRepository } from "../memory/memory-job-repository.ts";
import { MemoryPromptRepository } from "../memory/memory-prompt-repository.ts";
import { MemoryTables } from "../memory/memory-tables.ts";
import { openMemoryStore } from "../memory/open-memory-store.ts";
import type { Database } from "../postgres/database.ts";
import { EmbeddedDatabase } from "../postgres/embedded-database.ts";
import { openPostgresStore } from "../postgres/open-postgres-store.ts";
import { ServerDatabase } from "../postgres/server-database.ts";
import { BreakingDatabase } from "../testing/breaking-database.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { openFleetOn } from "../testing/open-fleet-on.ts";
import { PromptLedger } from "../testing/prompt-ledger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import { createDataDir } from "../testing/test-databases.ts";
import type { OnExpire, Prompt } from "./prompt.ts";

/** Fleets on one store, whose time is the clock's. */
interface World extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly fleets: readonly Fleet[];
  /** What the fleets speak to the database through, where it can break. */
  readonly wire?: BreakingDatabase;
}

type Act =
  | { kind: "open"; key: string | null; expiresInMs: number | null; onExpire: OnExpire }
  | { kind: "respond"; prompt: number; value: number; key: string }
  | { kind: "revise"; prompt: number; title: string; expiresInMs: number | undefined }
  | { kind: "withdraw"; prompt: number }
  | { kind: "sweep" | "cancel" | "fail" | "retry" | "start" | "progress" };

interface Step {
  readonly act: Act;
  readonly job: number;
  /** Which of the fleets does it. */
  readonly on: number;
}

/** What happens at once, after so much time. */
interface Batch {
  readonly afterMs: number;
  /** The point of all that is said to the database at which the wire breaks, or none. */
  readonly breakAt: number;
  readonly steps: readonly Step[];
}

const deadline = fc.constantFrom(1, 5, 20);
const prompt = fc.nat(5);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("open"),
      key: fc.constantFrom(null, null, "a", "b"),
      expiresInMs: fc.option(deadline),
      onExpire: fc.constantFrom<OnExpire>("fail", "resume", { response: 0 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("respond"), prompt, value: fc.nat(3), key: fc.constantFrom("x", "y") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("revise"),
      prompt,
      title: fc.constantFrom("one", "two"),
      expiresInMs: fc.option(deadline, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("withdraw"), prompt }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("sweep") }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("cancel", "fail", "retry", "start", "progress") }) },
);
const step: fc.Arbitrary<Step> = fc.record({ act, job: fc.nat(1), on: fc.nat(1) });
const batches: fc.Arbitrary<Batch[]> = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 0, 1, 10),
    breakAt: fc.option(fc.integer({ min: 1, max: 40 }), { nil: Number.POSITIVE_INFINITY }),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** How calls may refuse each other here. Anything else is a mistake. */
const expectedCodes = new Set([
  "PROMPT_NOT_FOUND",
  "INVALID_TRANSITION",
  "IDEMPOTENCY_CONFLICT",
  "PROMPT_ALREADY_ANSWERED",
  "PROMPT_EXPIRED",
  "PROMPT_CLOSED",
]);

/** Runs the batches on two new jobs; returns everything that is wrong after any of them. */
async function live({ clock, fleets, wire }: World, plan: readonly Batch[]): Promise<string[]> {
  const type = newId();
  const ledger = new PromptLedger();
  const [first] = fleets as [Fleet];
  const asked: { id: string; promptIds: string[] }[] = [];
  for (let n = 0; n < 2; n += 1) asked.push({ id: (await first.jobs.create({ type })).job.id, promptIds: [] });
  const unexpected: string[] = [];
  const perform = async ({ act, job: index, on }: Step) => {
    const { jobs, prompts } = fleets[on % fleets.length] as Fleet;
    const { id, promptIds } = asked[index] as (typeof asked)[number];
    const target = "prompt" in act ? (promptIds[act.prompt % promptIds.length] ?? newId()) : "";
    switch (act.kind) {
      case "open": {
        const { key, expiresInMs, onExpire } = act;
        const question = { type: "question", key, ...(expiresInMs !== null && { expiresInMs, onExpire }) };
        return promptIds.push((await prompts.open(id, question)).prompt.id);
      }
      case "respond": {
        const actor = { id: `person ${act.value}`, via: "api" } as const;
        const key = `${act.key} ${act.value}`;
        return ledger.noteAccepted(await prompts.respond(target, act.value, { idempotencyKey: key, actor }), act.value, key);
      }
      case "revise":
        return prompts.revise(target, { title: act.title, expiresInMs: act.expiresInMs });
      case "withdraw":
        return prompts.withdraw(target);
      case "sweep":
        return prompts.expireOverdue();
      case "cancel":
        return jobs.cancel(id);
      case "fail":
        return jobs.update(id, { status: "failed", error: "x" });
      case "retry":
        return jobs.retry(id);
      case "start":
        return jobs.update(id, { status: "running" });
      case "progress":
        return jobs.update(id, { progressPercent: 5 });
    }
  };
  const run = async (step: Step) => {
    try {
      await perform(step);
    } catch (error) {
      const isExpected = FleetError.is(error) && (expectedCodes.has(error.code) || (error.code === "STORE_UNAVAILABLE" && wire?.hasBroken));
      if (!isExpected) unexpected.push(`${step.act.kind}: ${error}`);
    }
  };
  for (const { afterMs, breakAt, steps } of plan) {
    clock.advance(afterMs);
    wire?.breakAt(breakAt);
    await Promise.all(steps.map(run));
    wire?.breakAt(Number.POSITIVE_INFINITY);
    const problems = [...unexpected, ...(await ledger.problems(first, type))];
    if (problems.length > 0) return problems;
  }
  return [];
}

async function openMemory(): Promise<World> {
  const clock = new ManualClock();
  const fleet = assembleFleet({ store: openMemoryStore({ clock }), logger: silentLogger, trustMs: 0 });
  return { clock, fleets: [fleet], [Symbol.asyncDispose]: () => fleet.close() };
}

async function openTwo(): Promise<World> {
  const database = await createTestDatabase();
  const clock = new ManualClock();
  const fleets: Fleet[] = [];
  while (fleets.length < 2) {
    const memory = new JobMemoryStore({ clock });
    const options = {
      database: { kind: "server", url: database.url },
      memory,
      logger: silentLogger,
      migrate: true,
      time: () => clock.nowText(),
    } as const;
    fleets.push(assembleFleet({ store: await openPostgresStore(options), logger: silentLogger, trustMs: 0 }));
  }
  const dispose = async () => {
    for (const fleet of fleets) await fleet.close();
    await database[Symbol.asyncDispose]();
  };
  return { clock, fleets, [Symbol.asyncDispose]: dispose };
}

async function openBreaking(database: Database, free: AsyncDisposable): Promise<World> {
  const clock = new ManualClock();
  const wire = new BreakingDatabase(database);
  const fleet = await openFleetOn(wire, clock);
  const dispose = async () => {
    await fleet.close();
    await free[Symbol.asyncDispose]();
  };
  return { clock, fleets: [fleet], wire, [Symbol.asyncDispose]: dispose };
}

const worlds = [
  { name: "memory", runs: 1_000, open: openMemory },
  {
    name: "an embedded database whose wire breaks",
    runs: 75,
    open: async () => {
      const dir = await createDataDir();
      return openBreaking(await EmbeddedDatabase.open(dir.path), dir);
    },
  },
  {
    name: "a PostgreSQL whose wire breaks",
    runs: 150,
    open: async () => {
      const created = await createTestDatabase();
      return openBreaking(new ServerDatabase({ url: created.url, logger: silentLogger }), created);
    },
  },
  { name: "two fleets on one PostgreSQL", runs: 150, open: openTwo },
];

describe.each(worlds)("$name", ({ open, runs }) => {
  let world: World;
  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test("however prompts are opened, revised, withdrawn, answered, expired and ended at once, and wherever that breaks off, every promise holds", async () => {
    await fc.assert(everyPromiseHolds(world), { numRuns: runs });
  });
});

/** Mistakes that an engine could make, each in memory mode's tables. */
const mistakes: Record<string, { finding: RegExp; plant(tables: MemoryTables, prompts: MemoryPromptRepository): void }> = {
  "a response overwrites the winner": {
    finding: /two winners|lost its winner|has changed/,
    plant(tables, prompts) {
      const respond = prompts.respond.bind(prompts);
      prompts.respond = (response) => {
        const stored = tables.prompts.get(response.promptId);
        if (stored?.prompt.status === "answered")
          Object.assign(stored, { prompt: { ...stored.prompt, status: "open" }, outcome: undefined });
        return respond(response);
      };
    },
  },
  "a response is acknowledged and not kept": {
    finding: /two winners|lost its winner/,
    plant(tables, prompts) {
      prompts.respond = async ({ jobId }) => ({ kind: "accepted", job: tables.jobs.get(jobId) as Job, jobStatus: "running" });
    },
  },
  "a response after the deadline is taken": {
    finding: /answered after its deadline/,
    plant(tables, prompts) {
      const respond = prompts.respond.bind(prompts);
      prompts.respond = (response) => {
        const stored = tables.prompts.get(response.promptId);
        if (stored === undefined) return respond(response);
        const { expiresAt } = stored.prompt;
        stored.prompt = { ...stored.prompt, expiresAt: null } as Prompt;
        const outcome = respond(response); // The memory tables have changed when this returns.
        stored.prompt = { ...stored.prompt, expiresAt } as Prompt;
        return outcome;
      };
    },
  },
  "the end of a job leaves its prompts open": {
    finding: /has an open prompt|went from (cancelled|failed)/,
    plant(tables) {
      tables.closePrompts = () => {};
    },
  },
  "a deadline happens to an answered prompt": {
    finding: /settled 2 times|lost its winner|went from (cancelled|failed)/,
    plant(tables, prompts) {
      prompts.overdue = async () => {
        const settled = [...tables.prompts.values()].filter(
          ({ prompt: { status, expiresAt } }) => status === "answered" && expiresAt !== null,
        );
        for (const stored of settled) stored.prompt = { ...stored.prompt, status: "open", expiresAt: new Date(0) } as Prompt;
        return settled.map(({ prompt: { id, jobId } }) => ({ promptId: id, jobId }));
      };
    },
  },
  "a job runs on while another prompt is open": {
    finding: /running and has an open prompt|its history says/,
    plant(tables, prompts) {
      const respond = prompts.respond.bind(prompts);
      prompts.respond = async (response) => {
        const others = [...tables.prompts.values()].filter(
          ({ prompt: { id, jobId, status } }) => jobId === response.jobId && id !== response.promptId && status === "open",
        );
        for (const stored of others) stored.prompt = { ...stored.prompt, status: "closed" } as unknown as Prompt;
        const outcome = await respond(response);
        for (const stored of others) stored.prompt = { ...stored.prompt, status: "open" } as unknown as Prompt;
        return outcome;
      };
    },
  },
  "a change has no event": {
    finding: /events of versions|says prompt_withdrawn|has no such event|no open prompt/,
    plant(tables) {
      const write = tables.write.bind(tables);
      tables.write = (job, event) => (event.kind === "prompt_withdrawn" ? job : write(job, event));
    },
  },
};

// One seed, for a mistake has many consequences, and chance decides which of them is found first.
describe("the check of the promises notices when", () => {
  test.each(Object.entries(mistakes))("%s", async (_, { finding, plant }) => {
    const clock = new ManualClock();
    const tables = new MemoryTables({ clock, ttlMs: undefined, maxEntries: undefined });
    const prompts = new MemoryPromptRepository(tables);
    const store = { ...openMemoryStore({ clock }), jobs: new MemoryJobRepository(tables), prompts, memory: tables.jobs };
    plant(tables, prompts);
    const fleet = assembleFleet({ store, logger: silentLogger, trustMs: 0 });
    const world = { clock, fleets: [fleet], [Symbol.asyncDispose]: () => fleet.close() };
    const { errorInstance } = await fc.check(everyPromiseHolds(world), { seed: 1, numRuns: 1_000, endOnFailure: true });
    expect(String((errorInstance as { actual?: unknown } | null)?.actual)).toMatch(finding);
    await fleet.close();
  });
});

function everyPromiseHolds(world: World) {
  return fc.asyncProperty(batches, async (plan) => {
    expect(await live(world, plan)).toEqual([]);
  });
}
