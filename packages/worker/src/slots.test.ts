import { FleetError } from "@skill-fleet/core";
import { expect, test } from "vitest";
import { gate } from "./testing/gate.ts";
import { openStage } from "./testing/stage.ts";

test("the next handler begins before the fleet has acknowledged the end of the last, but no more wait for that than there are slots", async () => {
  await using stage = await openStage();
  const acknowledged = gate();
  const complete: typeof stage.backend.complete = async (completion) => {
    await acknowledged.passed;
    return stage.backend.complete(completion);
  };
  const backend = new Proxy(stage.backend, {
    get: (target, name) => (name === "complete" ? complete : Reflect.get(target, name).bind(target)),
  });
  const ids = await Promise.all(Array.from({ length: 10 }, () => stage.create()));
  const begun: string[] = [];
  const full = gate();
  await stage.perform(
    async (job) => {
      begun.push(job.id);
      if (begun.length === 4) full.open();
    },
    { backend, concurrency: 2 },
  );
  await full.passed;
  // A claim that were to follow would be answered in this process, before the others are read.
  for (const id of ids) await stage.fleet.jobs.get(id);
  expect(begun).toHaveLength(4);
  expect(await stage.fleet.jobs.stats()).toMatchObject({ byStatus: { running: 4, pending: 6 } });
  acknowledged.open();
  for (const id of ids) expect(await stage.ended(id)).toMatchObject({ status: "completed", attempt: 1 });
});

test("a worker with many slots claims 500 jobs at once, and 200 of a fleet that gives no more", async () => {
  await using stage = await openStage();
  const limits: (number | undefined)[] = [];
  let most = 500;
  const claim: typeof stage.backend.claim = async (request, options) => {
    limits.push(request.limit);
    if ((request.limit ?? 1) > most) throw new FleetError("INVALID_INPUT", `limit: must be a whole number from 1 to ${most}`);
    return stage.backend.claim(request, options);
  };
  const backend = new Proxy(stage.backend, {
    get: (target, name) => (name === "claim" ? claim : Reflect.get(target, name).bind(target)),
  });
  await stage.perform(async () => null, { backend, concurrency: 1_000 });
  await stage.ended(await stage.create());
  expect(new Set(limits)).toEqual(new Set([500]));

  // An instance of the release before takes over.
  most = 200;
  for (let job = 0; job < 3; job += 1) await stage.ended(await stage.create());
  expect(limits.filter((limit) => limit === 200).length).toBeGreaterThan(0);
  expect(limits.at(-1)).toBe(200);
});
