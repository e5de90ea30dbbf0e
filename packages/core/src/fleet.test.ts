import { expect, test } from "vitest";
import { openFleet } from "./fleet.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { createDataDir } from "./testing/test-databases.ts";

test("a fleet that is opened again has its jobs, their history and their open prompts", async () => {
  await using dir = await createDataDir();
  const persistence = { kind: "embedded", dataDir: dir.path } as const;
  const first = await openFleet({ persistence });
  const { job } = await first.jobs.create({ taskDescription: "long work" }, { idempotencyKey: "k" });
  const { prompt } = await first.prompts.open(job.id, { type: "question" });
  await first.close();

  const second = await openFleet({ persistence });
  expect(await second.jobs.get(job.id)).toMatchObject({ taskDescription: "long work", status: "pending_hitl", version: 2 });
  expect(await second.prompts.current(job.id)).toEqual(prompt);
  expect(await second.jobs.events(job.id)).toHaveLength(2);
  expect(await second.jobs.create({ taskDescription: "long work" }, { idempotencyKey: "k" })).toMatchObject({ deduplicated: true });
  await second.prompts.respond(prompt.id, true);
  expect(await second.jobs.get(job.id)).toMatchObject({ status: "running" });
  await second.check();
  await second.close();
  await second.close();
});

test("memory mode needs nothing, keeps what lives, and lets go of what has ended after the time to live", async () => {
  const clock = new ManualClock();
  const fleet = await openFleet({ persistence: { kind: "memory" }, clock, memoryTtlMs: 1_000 });
  const [living, ended] = [(await fleet.jobs.create()).job, (await fleet.jobs.create()).job];
  await fleet.jobs.cancel(ended.id);
  clock.advance(1_000);
  expect(fleet.jobs.cleanup()).toBe(1);
  expect(await fleet.jobs.find(ended.id)).toBeUndefined();
  expect(await fleet.jobs.get(living.id)).toMatchObject({ status: "pending", durability: "memory" });
  await fleet.check();
  await fleet.close();
});

test("a fleet keeps no more jobs in memory than it may, and loads the others", async () => {
  await using dir = await createDataDir();
  const fleet = await openFleet({ persistence: { kind: "embedded", dataDir: dir.path }, memoryMaxEntries: 1 });
  const [first, second] = [(await fleet.jobs.create()).job, (await fleet.jobs.create()).job];
  expect(await fleet.jobs.get(second.id)).toBe(second);
  const loaded = await fleet.jobs.get(first.id);
  expect(loaded).toEqual(first);
  expect(loaded).not.toBe(first);
  await fleet.close();
});
