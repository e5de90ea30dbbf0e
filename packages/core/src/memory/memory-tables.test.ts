import { expect, test } from "vitest";
import { buildChange, buildInsert, buildPrompt } from "../testing/build-job.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { openMemoryStore } from "./open-memory-store.ts";

const ttlMs = 1_000;

async function openWithEndedJob() {
  const clock = new ManualClock();
  const store = openMemoryStore({ clock, ttlMs });
  const insert = buildInsert({ idempotencyKey: "key", requestHash: "hash" });
  await store.jobs.insert(insert);
  const prompt = buildPrompt(insert.id);
  await store.prompts.open(prompt, ["pending"]);
  await store.jobs.update(insert.id, buildChange({ status: "cancelled" }));
  return { clock, store, insert, prompt };
}

test("a job that has not ended stays however old it is", async () => {
  const clock = new ManualClock();
  const { jobs, memory } = openMemoryStore({ clock, ttlMs });
  const insert = buildInsert();
  await jobs.insert(insert);
  clock.advance(ttlMs * 1_000);
  expect(memory.cleanup()).toBe(0);
  expect(await jobs.find(insert.id)).toMatchObject({ status: "pending" });
});

test("a job that has ended goes with its prompts, its history and its key", async () => {
  const { clock, store, insert, prompt } = await openWithEndedJob();
  clock.advance(ttlMs);
  expect(store.memory.cleanup()).toBe(1);
  expect(await store.jobs.find(insert.id)).toBeUndefined();
  expect(await store.jobs.events(insert.id, 0, 10)).toEqual([]);
  expect(await store.prompts.find(prompt.id)).toBeUndefined();
  expect(await store.jobs.insert({ ...insert, requestHash: "other" })).toMatchObject({ kind: "inserted" });
});

test("a retried job stays again", async () => {
  const { clock, store, insert } = await openWithEndedJob();
  await store.jobs.update(insert.id, buildChange({ status: "pending" }, { allowedFrom: ["cancelled"], newAttempt: true }));
  clock.advance(ttlMs * 2);
  expect(store.memory.cleanup()).toBe(0);
  expect(await store.jobs.find(insert.id)).toMatchObject({ status: "pending", attempt: 2 });
});

test("a key that passed from an expired job to a new one stays with the new one when the old one is cleaned up", async () => {
  const { clock, store } = await openWithEndedJob();
  clock.advance(ttlMs);
  const heir = buildInsert({ idempotencyKey: "key", requestHash: "hash" });
  expect(await store.jobs.insert(heir)).toMatchObject({ kind: "inserted" });
  store.memory.cleanup();
  const again = await store.jobs.insert(buildInsert({ idempotencyKey: "key", requestHash: "hash" }));
  expect(again).toMatchObject({ kind: "replayed", job: { id: heir.id } });
});

test("the key of an expired job does not let a request overwrite a living job", async () => {
  const { clock, store } = await openWithEndedJob();
  clock.advance(ttlMs);
  const living = buildInsert({ type: "living", requestHash: "living" });
  await store.jobs.insert(living);
  const outcome = await store.jobs.insert(buildInsert({ id: living.id, idempotencyKey: "key", requestHash: "hash" }));
  expect(outcome).toEqual({ kind: "id_conflict", jobId: living.id });
  expect(await store.jobs.find(living.id)).toMatchObject({ type: "living" });
});
