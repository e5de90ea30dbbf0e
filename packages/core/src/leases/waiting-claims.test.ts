import { afterEach, beforeEach, expect, test } from "vitest";
import { processActor } from "../actor.ts";
import { FleetError } from "../errors.ts";
import { assembleFleet, type Fleet } from "../fleet.ts";
import type { NewJob } from "../jobs/job.ts";
import { silentLogger } from "../logger.ts";
import { openMemoryStore } from "../memory/open-memory-store.ts";
import { buildJob, buildRunningJob } from "../testing/build-job.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { ClaimRequest } from "./lease.ts";
import type { ClaimOptions } from "./lease-manager.ts";
import { WaitingClaims } from "./waiting-claims.ts";

let fleet: Fleet;
const clock = new ManualClock();

beforeEach(() => {
  const store = openMemoryStore({ clock });
  fleet = assembleFleet({ store, logger: silentLogger, trustMs: Number.POSITIVE_INFINITY });
});

afterEach(() => fleet.close());

const create = async (job: NewJob = {}) => (await fleet.jobs.create({ type: "report", ...job })).job;

/** A claim that has found nothing, and waits. */
async function wait(request: Partial<ClaimRequest> = {}, options?: ClaimOptions) {
  const claiming = fleet.leases.claim({ workerId: "w", types: ["report"], limit: 10, waitMs: 60_000, ...request }, options);
  await new Promise(setImmediate);
  return { claiming, ids: async () => (await claiming).map(({ id }) => id) };
}

test("a job begins with its creation, which returns it as it was created", async () => {
  const { claiming } = await wait({ claim: 3 });
  const job = await create();
  expect(job).toMatchObject({ status: "pending", version: 1 });
  // No notice has come, and the claim has its job.
  expect(await claiming).toEqual([await fleet.jobs.get(job.id)]);
  expect(await fleet.jobs.get(job.id)).toMatchObject({ status: "running", version: 2, run: 1, workerId: "w" });
  expect((await fleet.leases.heartbeat({ workerId: "w", types: ["report"] })).leases).toEqual([{ jobId: job.id, run: 1, claim: 3 }]);
});

test("whoever waits for a change of the job hears of the start", async () => {
  const id = "00000000-0000-7000-8000-000000000001";
  const { claiming } = await wait();
  await create({ id });
  expect(await fleet.jobs.waitForChange(id, { afterVersion: 1 })).toMatchObject({ version: 2 });
  await claiming;
});

test("jobs of one turn go to one claim, as many as it wants, and the rest to the next that waits or to the queue", async () => {
  const waiting = [await wait({ workerId: "a", limit: 2 }), await wait({ workerId: "b", limit: 1 })];
  const created = await Promise.all(Array.from({ length: 4 }, () => create()));
  const [first, second] = await Promise.all(waiting.map(({ ids }) => ids()));
  expect(first).toEqual(created.slice(0, 2).map(({ id }) => id));
  expect(second).toEqual(created.slice(2, 3).map(({ id }) => id));
  expect(await fleet.leases.claim({ workerId: "a", types: ["report"] })).toMatchObject([{ id: created[3]?.id, run: 1 }]);
});

test("a job of a later turn stands in the queue: the claim has returned, and its worker claims again", async () => {
  const { ids } = await wait();
  const first = await create();
  await new Promise(setImmediate);
  const second = await create();
  expect(await ids()).toEqual([first.id]);
  expect(await fleet.jobs.get(second.id)).toMatchObject({ status: "pending" });
});

test("a job of another type, or for later, begins with no creation", async () => {
  const { claiming } = await wait({ waitMs: 20 });
  const jobs = [await create({ type: "other" }), await create({ runAt: new Date(clock.nowMs() + 60_000) })];
  expect(await claiming).toEqual([]);
  expect(jobs).toMatchObject([{ status: "pending" }, { status: "pending" }]);
});

test("a creation that is refused, or was acknowledged before, leaves the claim waiting for the next", async () => {
  const key = { idempotencyKey: "k" };
  const { job: known } = await fleet.jobs.create({ type: "report" }, key);
  await fleet.jobs.cancel(known.id);
  const { ids } = await wait();
  const again = fleet.jobs.create({ type: "report" }, key);
  const refused = fleet.jobs.create({ type: "report", userId: "u" }, key);
  expect(await again).toMatchObject({ deduplicated: true, job: { status: "cancelled" } });
  await expect(refused).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const job = await create();
  expect(await ids()).toEqual([job.id]);
});

test("a job whose claim has been given up meanwhile goes back to the queue, at no cost", async () => {
  const stop = new AbortController();
  const { claiming } = await wait({}, { signal: stop.signal });
  const creating = create();
  stop.abort();
  expect(await claiming).toEqual([]);
  expect(await fleet.jobs.get((await creating).id)).toMatchObject({ status: "pending", attempt: 1, workerId: null });
});

test("a claim whose wait is over gets nothing", async () => {
  const { claiming } = await wait({ waitMs: 1 });
  expect(await claiming).toEqual([]);
  fleet.endWaits();
  const job = await create();
  expect(await fleet.jobs.get(job.id)).toMatchObject({ status: "pending" });
});

const unknown = new FleetError("STORE_UNAVAILABLE", "the wire broke");
const fail = async () => Promise.reject(unknown);
const succeed = async () => {
  const started = { ...buildRunningJob({ run: 1, workerId: "w" }), status: "running", workerId: "w" } as const;
  return { kind: "inserted", job: buildJob(), started } as const;
};

test.each([
  ["alone fails the claim: the worker is to look which leases it has", [fail], undefined],
  ["beside others gives the claim the others: the next heartbeat shows the lease that nobody knows of", [fail, succeed], 1],
])("a creation whose outcome is unknown %s", async (_, creations, count) => {
  const waiting = new WaitingClaims();
  const place = waiting.enter({ workerId: "w", types: ["report"], limit: 10, claim: 1, actor: processActor }, () => {});
  const created = Promise.allSettled(creations.map((creation) => waiting.create("report", creation)));
  const left = place.leave();
  if (count === undefined) await expect(left).rejects.toBe(unknown);
  else expect(await left).toHaveLength(count);
  expect((await created)[0]).toEqual({ status: "rejected", reason: unknown });
});
