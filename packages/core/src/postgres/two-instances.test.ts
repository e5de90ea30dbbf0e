import { afterAll, beforeAll, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { type Fleet, openFleet } from "../fleet.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";

let database: TestDatabase;
let fleets: [Fleet, Fleet];

beforeAll(async () => {
  database = await createTestDatabase();
  const open = () => openFleet({ persistence: { kind: "server", url: database.url } });
  fleets = await Promise.all([open(), open()]);
});

afterAll(async () => {
  await Promise.all(fleets.map((fleet) => fleet.close()));
  await database[Symbol.asyncDispose]();
});

/** Runs the same on both instances at once, and returns what came of each, in order. */
async function onBoth<Result>(
  work: (fleet: Fleet, instance: number) => readonly Promise<Result>[],
): Promise<PromiseSettledResult<Result>[]> {
  const [one, two] = fleets;
  return Promise.allSettled([...work(one, 0), ...work(two, 1)]);
}

/** The codes of the failures, each once. */
function codesOf(results: readonly PromiseSettledResult<unknown>[]): string[] {
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  return [...new Set(reasons.map((reason) => (FleetError.is(reason) ? reason.code : String(reason))))];
}

test("the same requests, sent to both in opposite order, make one job each, and nobody is refused", async () => {
  for (let round = 0; round < 5; round += 1) {
    const type = crypto.randomUUID();
    const keys = Array.from({ length: 200 }, () => crypto.randomUUID());
    const results = await onBoth(({ jobs }, instance) =>
      (instance === 0 ? keys : keys.toReversed()).map((idempotencyKey) => jobs.create({ type }, { idempotencyKey })),
    );
    expect(codesOf(results)).toEqual([]);
    const created = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(created.filter(({ deduplicated }) => !deduplicated)).toHaveLength(200);
    expect(new Set(created.map(({ job }) => job.id)).size).toBe(200);
  }
});

test("jobs with ids of the caller's choice, sent to both in opposite order, are made once each", async () => {
  for (let round = 0; round < 5; round += 1) {
    const ids = Array.from({ length: 200 }, () => crypto.randomUUID());
    const results = await onBoth(({ jobs }, instance) => (instance === 0 ? ids : ids.toReversed()).map((id) => jobs.create({ id })));
    expect(codesOf(results)).toEqual([]);
  }
});

test("updates of the same jobs in opposite order all happen", async () => {
  const rounds = 10;
  const created = await Promise.all(Array.from({ length: 200 }, () => fleets[0].jobs.create()));
  const ids = created.map(({ job }) => job.id);
  for (let round = 0; round < rounds; round += 1) {
    const results = await onBoth(({ jobs }, instance) =>
      (instance === 0 ? ids : ids.toReversed()).map((id) => jobs.update(id, { metadata: { [`${round} by ${instance}`]: true } })),
    );
    expect(codesOf(results)).toEqual([]);
  }
  const version = 1 + 2 * rounds;
  const after = await Promise.all(ids.map((id) => fleets[0].jobs.get(id, { minVersion: version })));
  expect(after.filter((job) => job.version !== version || Object.keys(job.metadata).length !== 2 * rounds)).toEqual([]);
});

test("of 100 updates of one version on both, one wins", async () => {
  const { job } = await fleets[0].jobs.create();
  const results = await onBoth(({ jobs }) =>
    Array.from({ length: 50 }, (_, n) => jobs.update(job.id, { metadata: { n } }, { ifVersion: 1 })),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(codesOf(results)).toEqual(["VERSION_MISMATCH"]);
});

test("of 100 answers on both, one wins, and all others are told the same winner", async () => {
  const { job } = await fleets[0].jobs.create();
  const { prompt } = await fleets[0].prompts.open(job.id, { type: "question" });
  const results = await onBoth(({ prompts }, instance) => Array.from({ length: 50 }, (_, n) => prompts.respond(prompt.id, [instance, n])));
  const winners = results.flatMap((result, index) => (result.status === "fulfilled" ? [[Math.floor(index / 50), index % 50]] : []));
  expect(winners).toHaveLength(1);
  expect(codesOf(results)).toEqual(["PROMPT_ALREADY_ANSWERED"]);
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason.details.winner.response).toEqual(winners[0]);
  }
});

test("prompts, answers and ends of the same jobs on both leave each job pending_hitl exactly while a prompt of it is open", async () => {
  const created = await Promise.all(Array.from({ length: 40 }, () => fleets[0].jobs.create()));
  const ids = created.map(({ job }) => job.id);
  const results = await onBoth(({ jobs, prompts }, instance) =>
    (instance === 0 ? ids : ids.toReversed()).flatMap((id, n): Promise<unknown>[] => [
      prompts.open(id, { type: "question" }).then(({ prompt }) => prompts.respond(prompt.id, instance)),
      prompts.open(id, { type: "confirm" }),
      n % 3 === 0 ? jobs.cancel(id) : jobs.update(id, { progressPercent: n }),
    ]),
  );
  expect(codesOf(results).filter((code) => !["INVALID_TRANSITION", "PROMPT_CLOSED"].includes(code))).toEqual([]);
  for (const id of ids) {
    const [job, history] = await Promise.all([fleets[1].jobs.list({ limit: 200 }), fleets[1].jobs.events(id, { limit: 200 })]);
    const current = job.jobs.find((each) => each.id === id);
    const open = (await fleets[1].prompts.inbox({ limit: 200 })).prompts.filter((prompt) => prompt.jobId === id);
    expect(current?.status === "pending_hitl").toBe(open.length > 0);
    expect(history.map(({ version }) => version)).toEqual(Array.from({ length: current?.version ?? 0 }, (_, n) => n + 1));
  }
});
