import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FleetError } from "../errors.ts";
import { assembleFleet, type Fleet } from "../fleet.ts";
import type { NewJob } from "../jobs/job.ts";
import { silentLogger } from "../logger.ts";
import { openMemoryStore } from "../memory/open-memory-store.ts";
import type { Store } from "../store.ts";
import { buildInsert } from "../testing/build-job.ts";
import { Deferred } from "../testing/deferred.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { ClaimRequest } from "./lease.ts";
import type { ClaimOptions } from "./lease-manager.ts";

let store: Store;
let fleet: Fleet;
const clock = new ManualClock();

beforeEach(() => {
  store = openMemoryStore({ clock });
  fleet = assembleFleet({ store, logger: silentLogger, trustMs: Number.POSITIVE_INFINITY });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await fleet.close();
});

const create = async (job: NewJob = {}) => (await fleet.jobs.create({ type: "report", ...job })).job;

/** A claim that has found nothing, and waits. */
async function wait(request: Partial<ClaimRequest> = {}, options?: ClaimOptions) {
  const claiming = fleet.leases.claim({ workerId: "w", types: ["report"], limit: 10, waitMs: 60_000, ...request }, options);
  await new Promise(setImmediate);
  return { claiming, ids: async () => (await claiming).map(({ id }) => id) };
}

test("a job begins with its creation, which returns it as it was created", async () => {
  const looks = countLooks();
  const { claiming } = await wait({ claim: 3 });
  const job = await create();
  expect(job).toMatchObject({ status: "pending", version: 1 });
  expect(await claiming).toEqual([await fleet.jobs.get(job.id)]);
  expect(looks()).toBe(1);
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

test("a creation that is refused, or was acknowledged before, costs the claim that waits no look, nor its place", async () => {
  const key = { idempotencyKey: "k" };
  const { job: known } = await fleet.jobs.create({ type: "report" }, key);
  await fleet.jobs.cancel(known.id);
  const looks = countLooks();
  const { ids } = await wait();
  const again = fleet.jobs.create({ type: "report" }, key);
  const refused = fleet.jobs.create({ type: "report", userId: "u" }, key);
  expect(await again).toMatchObject({ deduplicated: true, job: { status: "cancelled" } });
  await expect(refused).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  expect(looks()).toBe(1);
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

test("places are given in the order of the creations, and priorities order the queue", async () => {
  const { ids } = await wait({ limit: 1 });
  const [first, urgent] = await Promise.all([create({ priority: -5 }), create({ priority: 5 })]);
  expect(await ids()).toEqual([first.id]);
  expect(await fleet.jobs.get(urgent.id)).toMatchObject({ status: "pending" });
});

test("a worker that has ended while its claim waits gets jobs from the queue only, which makes it known again", async () => {
  const { ids } = await wait();
  await fleet.leases.deregister({ workerId: "w" });
  const job = await create();
  expect(await ids()).toEqual([job.id]);
  expect(await fleet.jobs.get(job.id)).toMatchObject({ version: 2 });
  expect(await fleet.leases.expireOverdue()).toBe(0);
});

test("a claim that waits beats often enough to keep what begins for it, also when the lease timeout is short", async () => {
  const hasty = assembleFleet({ store, logger: silentLogger, trustMs: 0, leaseTimeoutMs: 90 });
  const beats: string[] = [];
  const thirdBeat = new Deferred<void>();
  const claim = store.leases.claim.bind(store.leases);
  vi.spyOn(store.leases, "claim").mockImplementation((request) => {
    beats.push(request.workerId);
    if (beats.filter((workerId) => workerId === "hasty").length === 3) thirdBeat.resolve();
    return claim(request);
  });
  const slow = await wait({ workerId: "slow" });
  const waiting = hasty.leases.claim({ workerId: "hasty", types: ["report"], waitMs: 60_000 });
  await thirdBeat.promise;
  expect(beats.filter((workerId) => workerId === "slow")).toHaveLength(1);
  for (const { endWaits } of [fleet, hasty]) endWaits();
  expect([await slow.claiming, await waiting]).toEqual([[], []]);
});

test("a claim whose wait is over gets nothing", async () => {
  const { claiming } = await wait({ waitMs: 1 });
  expect(await claiming).toEqual([]);
  fleet.endWaits();
  const job = await create();
  expect(await fleet.jobs.get(job.id)).toMatchObject({ status: "pending" });
});

/** Lets inserts wait until they are told how to go on. */
function holdInserts() {
  const go = new Deferred<void>();
  const insert = store.jobs.insert.bind(store.jobs);
  vi.spyOn(store.jobs, "insert").mockImplementation(async (...values) => {
    await go.promise;
    return insert(...values);
  });
  return go;
}

/** How often claims have looked for jobs. */
function countLooks() {
  const looks = vi.spyOn(store.leases, "claim");
  return () => looks.mock.calls.length;
}

const unknown = new FleetError("STORE_UNAVAILABLE", "the wire broke");

/** A job of another instance's making, of which no notice has come yet. */
async function createElsewhere(type: string) {
  const insert = buildInsert({ type });
  await store.jobs.insert(insert);
  return { id: insert.id, announce: () => store.changes.announce({ jobId: insert.id, version: 1, wanted: type }) };
}

test("work that is announced while a job is being created for a claim is for the next that waits for its type", async () => {
  const creator = await wait({ types: ["report", "page"] });
  const others = [await wait({ workerId: "r" }), await wait({ workerId: "p", types: ["page"] })];
  const elsewhere = await createElsewhere("page");
  const go = holdInserts();
  const creating = create();
  elsewhere.announce();
  expect(await others[1]?.ids()).toEqual([elsewhere.id]);
  go.resolve();
  expect(await creator.ids()).toEqual([(await creating).id]);
  fleet.endWaits();
  expect(await others[0]?.ids()).toEqual([]);
});

test("a creation whose outcome is unknown fails the claim, whose worker is to look which leases it has; nobody misses a notice", async () => {
  const [first, second] = [await wait(), await wait({ workerId: "other" })];
  const elsewhere = await createElsewhere("report");
  const go = holdInserts();
  const creating = create();
  elsewhere.announce();
  go.reject(unknown);
  await expect(creating).rejects.toBe(unknown);
  await expect(first.claiming).rejects.toBe(unknown);
  expect(await second.ids()).toEqual([elsewhere.id]);
});

test("of several creations one whose outcome is unknown gives the claim the others: the next heartbeat shows the lease that nobody knows of", async () => {
  const { ids } = await wait();
  const broken = vi.spyOn(store.jobs, "insert").mockRejectedValueOnce(unknown);
  const [lost, created] = await Promise.allSettled([create(), create()]);
  expect(broken).toHaveBeenCalledTimes(2);
  expect(lost).toEqual({ status: "rejected", reason: unknown });
  expect(await ids()).toEqual([created.status === "fulfilled" && created.value.id]);
});
