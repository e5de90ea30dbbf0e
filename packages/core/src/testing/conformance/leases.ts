import { describe, expect, test } from "vitest";
import { processActor } from "../../actor.ts";
import type { JobInsert } from "../../jobs/job-repository.ts";
import { isFinal, jobStatuses } from "../../jobs/job-status.ts";
import type { Claim } from "../../leases/lease-repository.ts";
import { buildChange, buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

export function describeLeases(fixture: StoreFixture): void {
  const insert = async (overrides: Partial<JobInsert> = {}): Promise<string> => {
    const job = buildInsert(overrides);
    await fixture.store.jobs.insert(job);
    return job.id;
  };
  const claim = (overrides: Partial<Claim> = {}) =>
    fixture.store.leases.claim({ workerId: "w", types: ["report"], limit: 10, claim: 1, actor: processActor, ...overrides });
  const idsOf = async (claiming: ReturnType<typeof claim>) => (await claiming).map(({ id }) => id);
  const later = (ms: number) => new Date(fixture.clock.nowMs() + ms);

  describe("claim", () => {
    test("gives a pending job to one worker: it runs, in its first run, and its history says who has it", async () => {
      const { store } = fixture;
      const id = await insert();
      const [job] = await claim({ claim: 7 });
      expect(job).toMatchObject({ id, status: "running", run: 1, workerId: "w", attempt: 1, version: 2, availableAt: null });
      expect(await store.jobs.find(id)).toEqual(job);
      expect(await store.leases.leasesOf("w")).toEqual([{ jobId: id, run: 1, claim: 7 }]);
      expect((await store.jobs.events(id, 1, 10)).map(({ kind, data }) => [kind, data])).toEqual([
        ["started", { workerId: "w", run: 1, attempt: 1 }],
      ]);
      expect(await claim({ workerId: "other" })).toEqual([]);
    });

    test("takes the highest priority first, then what has been available longest", async () => {
      const { clock } = fixture;
      const low = await insert({ priority: -5 });
      const first = await insert();
      clock.advance(1);
      const second = await insert();
      const high = await insert({ priority: 5 });
      for (const id of [high, first, second, low]) expect(await idsOf(claim({ limit: 1 }))).toEqual([id]);
    });

    test("takes jobs of its types only, and at most as many as it wants", async () => {
      await insert({ type: "other" });
      const ids = [await insert(), await insert(), await insert()];
      const some = await idsOf(claim({ limit: 2 }));
      const rest = await idsOf(claim({ types: ["report", "unheard of"] }));
      expect([some.length, rest.length]).toEqual([2, 1]);
      expect([...some, ...rest].sort()).toEqual(ids.sort());
    });

    test("leaves a delayed job until its time, to the millisecond", async () => {
      const { clock, store } = fixture;
      const id = await insert({ runAt: later(5_000) });
      expect(await claim()).toEqual([]);
      expect(await store.leases.untilAvailableMs(["report"], "w")).toBe(5_000);
      clock.advance(4_999);
      expect(await claim()).toEqual([]);
      clock.advance(1);
      expect(await idsOf(claim())).toEqual([id]);
      expect(await store.leases.untilAvailableMs(["report"], "w")).toBeUndefined();
    });

    test("is not held up by delayed jobs of a higher priority", async () => {
      await insert({ priority: 5, runAt: later(60_000) });
      const id = await insert();
      expect(await idsOf(claim())).toEqual([id]);
    });

    test("of many at once gives each job to one worker", async () => {
      const ids = await Promise.all(Array.from({ length: 60 }, () => insert()));
      const batches = await Promise.all(Array.from({ length: 12 }, (_, n) => claim({ workerId: `w${n}`, limit: 10 })));
      const more = await claim({ limit: 60 });
      const claimed = [...batches.flat(), ...more].map(({ id }) => id);
      expect(claimed.toSorted()).toEqual(ids.toSorted());
    });
  });

  describe("a job", () => {
    test("that is moved by hand leaves the queue, and comes back when it is sent back", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await jobs.update(id, buildChange({ status: "running" }, { place: { in: "nowhere", byHand: true } }));
      expect(await claim()).toEqual([]);
      await jobs.update(id, buildChange({ status: "pending" }, { place: { in: "queue" } }));
      expect(await idsOf(claim())).toEqual([id]);
    });

    test("that somebody gives the status that it has stays with its worker", async () => {
      const { jobs, leases } = fixture.store;
      const id = await insert();
      await claim();
      await jobs.update(id, buildChange({ status: "running", currentPhase: "b" }, { place: { in: "nowhere", byHand: true } }));
      expect(await leases.leasesOf("w")).toHaveLength(1);
      expect(await jobs.find(id)).toMatchObject({ workerId: "w", currentPhase: "b" });
    });

    test.each(jobStatuses.filter(isFinal))("that becomes %s stands in no queue and in no lease", async (status) => {
      const { jobs, leases } = fixture.store;
      const end = (id: string) => jobs.update(id, buildChange({ status, error: "x" }, { place: { in: "nowhere" } }));
      const [leased, queued] = [await insert({ priority: 1 }), await insert()];
      await claim({ limit: 1 });
      for (const id of [leased, queued])
        expect(await end(id)).toMatchObject({ kind: "applied", job: { workerId: null, availableAt: null } });
      expect(await leases.leasesOf("w")).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    test("that is deleted is gone from the queue", async () => {
      const { jobs, leases } = fixture.store;
      await jobs.delete(await insert(), ["pending"]);
      expect(await claim()).toEqual([]);
      expect(await leases.untilAvailableMs(["report"], "w")).toBeUndefined();
    });

    test("that fails for now waits for its delay, with its next attempt", async () => {
      const { store, clock } = fixture;
      const id = await insert();
      await claim();
      const change = buildChange({ status: "pending" }, { run: 1, newAttempt: true, place: { in: "queue", delayMs: 1_500 } });
      expect(await store.jobs.update(id, change)).toMatchObject({ job: { attempt: 2, availableAt: later(1_500), workerId: null } });
      clock.advance(1_499);
      expect(await claim()).toEqual([]);
      clock.advance(1);
      expect(await claim()).toMatchObject([{ id, run: 2, attempt: 2 }]);
    });

    test("that is given back stands before all that came later", async () => {
      const { store, clock } = fixture;
      const id = await insert();
      await claim();
      clock.advance(1_000);
      await insert();
      await store.jobs.update(id, buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }));
      expect(await idsOf(claim({ limit: 1 }))).toEqual([id]);
    });
  });

  describe("the run", () => {
    test("grows with every claim, and a write of an earlier one changes nothing", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      await jobs.update(id, buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }));
      const between = buildChange({ progressPercent: 1 }, { run: 1 });
      expect(await jobs.update(id, between)).toMatchObject({ kind: "refused" });
      const [current] = await claim({ workerId: "other" });
      for (const change of [
        buildChange({ progressPercent: 50 }, { run: 1 }),
        buildChange({ status: "completed", result: 1 }, { run: 1, place: { in: "nowhere" } }),
        buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }),
        buildChange({ status: "completed", result: 1 }, { run: 3, place: { in: "nowhere" } }),
      ]) {
        expect(await jobs.update(id, change)).toEqual({ kind: "refused", current });
      }
      expect(await jobs.find(id)).toEqual(current);
      expect(current).toMatchObject({ run: 2, workerId: "other" });
    });

    test("of a completed job is the one that completed it", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      const done = buildChange({ status: "completed", result: { a: 1 } }, { run: 1, place: { in: "nowhere" } });
      expect(await jobs.update(id, done)).toMatchObject({ kind: "applied", job: { status: "completed", run: 1, workerId: null } });
      expect(await jobs.update(id, done)).toMatchObject({ kind: "refused" });
    });

    test("of many that end a job at once lets one do it", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      const attempts = Array.from({ length: 20 }, (_, n) =>
        jobs.update(id, n % 2 ? buildChange({ status: "completed", result: n }, { run: 1, place: { in: "nowhere" } }) : retry()),
      );
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter(({ kind }) => kind === "applied")).toHaveLength(1);
    });

    const retry = () => buildChange({ status: "pending" }, { run: 1, newAttempt: true, place: { in: "queue", delayMs: 0 } });
  });

  describe("a worker", () => {
    test("that is silent for longer than the limit loses its jobs, and one that beats does not", async () => {
      const { clock, store } = fixture;
      const id = await insert();
      await claim({ workerId: "fresh", claim: 3 });
      clock.advance(1_000);
      expect(await store.leases.expired(1_000, 10)).toEqual([]);
      expect(await store.leases.beat("fresh", ["report"])).toEqual([{ jobId: id, run: 1, claim: 3 }]);
      clock.advance(1_000);
      expect(await store.leases.expired(1_000, 10)).toEqual([]);
      clock.advance(1);
      expect(await store.leases.expired(1_000, 10)).toEqual([{ jobId: id, run: 1, claim: 3, workerId: "fresh", reason: "worker_died" }]);
    });

    test("that is forgotten leaves its leases to whoever looks for them", async () => {
      const { leases } = fixture.store;
      await insert();
      await claim();
      await leases.forget("w");
      expect(await leases.expired(1_000, 10)).toMatchObject([{ workerId: "w", reason: "worker_died" }]);
    });

    test("that is silent is forgotten when it has nothing, and not before", async () => {
      const { clock, store } = fixture;
      const id = await insert();
      await claim();
      clock.advance(1_001);
      await store.leases.forgetSilent(1_000);
      expect(await store.leases.expired(10_000, 10)).toEqual([]);
      await store.jobs.update(id, buildChange({ status: "cancelled" }, { place: { in: "nowhere" } }));
      await store.leases.forgetSilent(1_000);
      expect(await store.leases.leasesOf("w")).toEqual([]);
    });

    test("that takes longer than a job allows loses it, although it lives", async () => {
      const { clock, store } = fixture;
      await insert({ attemptTimeoutMs: 500 });
      await insert();
      await claim();
      clock.advance(499);
      expect(await store.leases.expired(60_000, 10)).toEqual([]);
      clock.advance(1);
      expect(await store.leases.expired(60_000, 10)).toMatchObject([{ run: 1, reason: "attempt_timed_out" }]);
    });
  });

  describe("a job that waits for a person", () => {
    const answer = async (id: string) => {
      const [open] = await fixture.store.prompts.openOf(id);
      if (open === undefined) throw new Error("The job asks nothing.");
      return fixture.store.prompts.respond(buildResponse({ ...buildPrompt(id), id: open.id }, { ok: true }));
    };

    test("stands in no queue and in no lease, and goes back to the queue with its answer", async () => {
      const { leases, prompts } = fixture.store;
      const id = await insert();
      await claim();
      const asked = await prompts.ask({ jobId: id, run: 1, prompts: [buildPrompt(id, { key: "a" })] });
      expect(asked).toMatchObject({
        kind: "asked",
        prompts: [{ status: "open", key: "a" }],
        job: { status: "pending_hitl", workerId: null },
      });
      expect(await leases.leasesOf("w")).toEqual([]);
      expect(await claim({ workerId: "other" })).toEqual([]);
      const createdAt = (await fixture.store.jobs.find(id))?.createdAt;
      expect(await answer(id)).toMatchObject({ kind: "accepted", job: { status: "running", availableAt: createdAt, workerId: null } });
      expect(await claim()).toMatchObject([{ id, status: "running", run: 2, attempt: 1 }]);
      const kinds = (await fixture.store.jobs.events(id, 0, 10)).map(({ kind }) => kind);
      expect(kinds).toEqual(["created", "started", "prompt_opened", "prompt_answered", "resumed"]);
    });

    test("is kept for a second for the worker that asked, if that one lives", async () => {
      const { clock, store } = fixture;
      const id = await insert();
      await claim();
      await store.prompts.ask({ jobId: id, run: 1, prompts: [buildPrompt(id, { key: "a" })] });
      await answer(id);
      expect(await claim({ workerId: "other" })).toEqual([]);
      expect(await store.leases.untilAvailableMs(["report"], "other")).toBe(1_000);
      expect(await store.leases.untilAvailableMs(["report"], "w")).toBe(0);
      clock.advance(1_000);
      expect(await idsOf(claim({ workerId: "other" }))).toEqual([id]);
    });

    test("goes to anybody at once when the worker that asked has ended", async () => {
      const { leases, prompts } = fixture.store;
      const id = await insert();
      await claim();
      await prompts.ask({ jobId: id, run: 1, prompts: [buildPrompt(id, { key: "a" })] });
      await leases.forget("w");
      await answer(id);
      expect(await idsOf(claim({ workerId: "other" }))).toEqual([id]);
    });

    test("that nobody had claimed goes back to the queue all the same, and one that was moved by hand does not", async () => {
      const { jobs, prompts } = fixture.store;
      const [queued, byHand] = [await insert(), await insert()];
      await jobs.update(byHand, buildChange({ status: "running" }, { place: { in: "nowhere", byHand: true } }));
      for (const id of [queued, byHand]) await prompts.open(buildPrompt(id), ["pending", "running"]);
      expect(await claim()).toEqual([]);
      for (const id of [queued, byHand]) await answer(id);
      expect(await idsOf(claim())).toEqual([queued]);
    });

    test("opens no prompt by hand while a worker has the job", async () => {
      const { prompts } = fixture.store;
      const id = await insert();
      await claim();
      const opened = await prompts.open(buildPrompt(id), ["pending", "running", "pending_hitl"]);
      expect(opened).toMatchObject({ kind: "refused", current: { id, status: "running", workerId: "w" } });
      expect(await prompts.openOf(id)).toEqual([]);
    });
  });

  describe("ask", () => {
    const ask = (id: string, run: number, ...keys: string[]) =>
      fixture.store.prompts.ask({ jobId: id, run, prompts: keys.map((key) => buildPrompt(id, { key })) });
    const respond = (id: string, promptId: string) =>
      fixture.store.prompts.respond(buildResponse({ ...buildPrompt(id), id: promptId }, { ok: promptId }));
    const promptsOf = (outcome: Awaited<ReturnType<typeof ask>>) => (outcome.kind === "asked" ? outcome.prompts : []);

    test("by somebody who does not have the job changes nothing", async () => {
      const { jobs, prompts } = fixture.store;
      const id = await insert();
      expect(await ask(id, 0, "a")).toMatchObject({ kind: "lost" });
      await claim();
      for (const run of [0, 2]) expect(await ask(id, run, "a")).toMatchObject({ kind: "lost", current: { run: 1 } });
      expect(await prompts.openOf(id)).toEqual([]);
      expect(await jobs.find(id)).toMatchObject({ status: "running", version: 2 });
    });

    test("opens several together, answered in any order, and the job goes on after the last", async () => {
      const id = await insert();
      await claim();
      const [a, b] = promptsOf(await ask(id, 1, "a", "b"));
      expect(await respond(id, b?.id ?? "")).toMatchObject({ jobStatus: "pending_hitl" });
      expect(await claim()).toEqual([]);
      expect(await respond(id, a?.id ?? "")).toMatchObject({ jobStatus: "running" });
      expect(await idsOf(claim())).toEqual([id]);
      const again = await ask(id, 2, "a", "b");
      expect(again).toMatchObject({
        prompts: [
          { id: a?.id, status: "answered" },
          { id: b?.id, status: "answered" },
        ],
        job: { workerId: "w", run: 2 },
      });
    });

    test("sent again because its reply was lost returns the same prompts, until somebody else has the job", async () => {
      const id = await insert();
      await claim();
      const [first] = promptsOf(await ask(id, 1, "a"));
      expect(promptsOf(await ask(id, 1, "a"))).toEqual([first]);
      await respond(id, first?.id ?? "");
      expect(promptsOf(await ask(id, 1, "a"))).toMatchObject([{ id: first?.id, status: "answered" }]);
      expect(await ask(id, 1, "a", "b")).toMatchObject({ kind: "lost" });
      await claim({ workerId: "w" });
      expect(await ask(id, 1, "a")).toMatchObject({ kind: "lost" });
    });

    test("asks anew what the end of the job had closed, as another round", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      const [first] = promptsOf(await ask(id, 1, "a"));
      await jobs.update(id, buildChange({ status: "cancelled" }, { place: { in: "nowhere" } }));
      await jobs.update(
        id,
        buildChange({ status: "pending" }, { allowedFrom: ["cancelled"], newAttempt: true, place: { in: "queue", delayMs: 0 } }),
      );
      await claim();
      const [second] = promptsOf(await ask(id, 2, "a"));
      expect([first?.round, second?.round, second?.status]).toEqual([1, 2, "open"]);
      expect(second?.id).not.toBe(first?.id);
    });
  });

  describe("steps", () => {
    const step = (jobId: string, run: number, name: string, output: unknown, kind: "step" | "checkpoint" | "sleep" = "step") =>
      fixture.store.steps.put({ jobId, run, kind, name, output: output as never });

    test("are kept under the lease of their run, and the first output stays", async () => {
      const { steps } = fixture.store;
      const id = await insert();
      await claim();
      expect(await step(id, 1, "a", { n: 1 })).toEqual({ kind: "stored", output: { n: 1 }, ageMs: 0 });
      fixture.clock.advance(250);
      expect(await step(id, 1, "a", { n: 2 })).toEqual({ kind: "stored", output: { n: 1 }, ageMs: 250 });
      expect(await step(id, 2, "b", 1)).toEqual({ kind: "lost" });
      expect(await step(id, 1, "b", null)).toMatchObject({ output: null });
      expect(await steps.list(id)).toEqual([
        { kind: "step", name: "a", output: { n: 1 } },
        { kind: "step", name: "b", output: null },
      ]);
    });

    test("of a run that has ended are refused", async () => {
      const id = await insert();
      await claim();
      await fixture.store.jobs.update(id, buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }));
      expect(await step(id, 1, "a", 1)).toEqual({ kind: "lost" });
      await claim();
      expect(await step(id, 1, "a", 1)).toEqual({ kind: "lost" });
      expect(await step(id, 2, "a", 2)).toMatchObject({ kind: "stored" });
    });

    test("of one name and different kinds are different, and a checkpoint replaces the one before", async () => {
      const id = await insert();
      await claim();
      await step(id, 1, "a", 1);
      await step(id, 1, "a", 2, "checkpoint");
      expect(await step(id, 1, "a", 3, "checkpoint")).toMatchObject({ output: 3 });
      await step(id, 1, "a", 4, "sleep");
      expect((await fixture.store.steps.list(id)).map(({ kind, output }) => [kind, output])).toEqual([
        ["checkpoint", 3],
        ["sleep", 4],
        ["step", 1],
      ]);
    });

    test("outlive a failed attempt and a retry, and go with their job", async () => {
      const { jobs, steps } = fixture.store;
      const id = await insert();
      await claim();
      await step(id, 1, "a", 1);
      await jobs.update(id, buildChange({ status: "failed", error: "x" }, { run: 1, place: { in: "nowhere" } }));
      await jobs.update(
        id,
        buildChange({ status: "pending" }, { allowedFrom: ["failed"], newAttempt: true, place: { in: "queue", delayMs: 0 } }),
      );
      expect(await steps.list(id)).toHaveLength(1);
      await jobs.delete(id, jobStatuses);
      expect(await steps.list(id)).toEqual([]);
    });

    test("of many jobs stored at once each arrive", async () => {
      await Promise.all(Array.from({ length: 30 }, () => insert()));
      const jobs = await claim({ limit: 30 });
      const outcomes = await Promise.all(jobs.flatMap(({ id, run }) => [step(id, run, "a", id), step(id, run, "b", run)]));
      expect(outcomes.every(({ kind }) => kind === "stored")).toBe(true);
      for (const { id } of jobs) expect(await fixture.store.steps.list(id)).toHaveLength(2);
    });
  });

  describe("a deadline of a job", () => {
    test("is found when it has passed, and only while the job lives", async () => {
      const { clock, store } = fixture;
      const id = await insert({ timeoutMs: 1_000 });
      await insert();
      expect((await store.jobs.find(id))?.deadlineAt).toEqual(later(1_000));
      clock.advance(999);
      expect(await store.jobs.overdue(10)).toEqual([]);
      clock.advance(1);
      expect(await store.jobs.overdue(10)).toEqual([id]);
      await store.jobs.update(id, buildChange({ status: "failed", error: "late" }, { place: { in: "nowhere" } }));
      expect(await store.jobs.overdue(10)).toEqual([]);
      expect((await store.jobs.find(id))?.deadlineAt).toBeNull();
    });
  });

  describe("an idempotency key", () => {
    const keyed = (overrides: Partial<JobInsert>) =>
      fixture.store.jobs.insert(buildInsert({ idempotencyKey: "k", requestHash: "h", ...overrides }));

    test("is unique within its scope only", async () => {
      const one = await keyed({ idempotencyScope: "a" });
      const two = await keyed({ idempotencyScope: "b" });
      expect([one.kind, two.kind]).toEqual(["inserted", "inserted"]);
      expect(await keyed({ idempotencyScope: "a" })).toMatchObject({
        kind: "replayed",
        job: { id: one.kind === "inserted" && one.job.id },
      });
    });

    test("stands for its job until its time is over, and then makes a new one", async () => {
      const { clock } = fixture;
      const first = await keyed({ idempotencyTtlMs: 1_000 });
      clock.advance(999);
      expect(await keyed({ requestHash: "other" })).toMatchObject({ kind: "key_conflict" });
      clock.advance(1);
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => keyed({ idempotencyTtlMs: 1_000 })));
      expect(outcomes.filter(({ kind }) => kind === "inserted")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "replayed")).toHaveLength(4);
      expect(first).toMatchObject({ kind: "inserted" });
    });
  });
}
