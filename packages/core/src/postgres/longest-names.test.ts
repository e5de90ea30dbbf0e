import { expect, test } from "vitest";
import { openFleet } from "../fleet.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import { textLimit } from "../text-limit.ts";

/*
 * An entry of an index has room for 2,704 bytes, and PostgreSQL refuses the write of a row that does not fit: a job whose
 * names are too long together could be created, and then not fail.
 */

/** Of three bytes each, which is the most that a character can have here, in an order that does not compress. */
const longest = (length: number) => Array.from({ length }, () => String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))).join("");

test("the longest names fit into every index, wherever a job stands", async () => {
  await using database = await createTestDatabase();
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  const [type, workerId] = [longest(textLimit.type), longest(textLimit.workerId)];
  const job = { type, userId: longest(textLimit.userId), tags: [longest(textLimit.tag), longest(textLimit.tag)] };
  const idempotency = { idempotencyKey: longest(textLimit.idempotencyKey), idempotencyScope: longest(textLimit.idempotencyScope) };
  const { job: cancelled } = await fleet.jobs.create(job, idempotency);
  await fleet.jobs.cancel(cancelled.id);

  const claim = async () => {
    await fleet.jobs.create(job);
    const [leased] = await fleet.leases.claim({ workerId, types: [type], limit: 1 });
    return { jobId: leased?.id as string, run: leased?.run as number };
  };
  await fleet.leases.fail({ ...(await claim()), error: "broken", retryable: false });
  await fleet.leases.complete(await claim());
  const question = { type: longest(textLimit.type), key: longest(textLimit.key), assignee: longest(textLimit.assignee) };
  await fleet.leases.ask({ ...(await claim()), prompts: [question] });
  await fleet.leases.putStep({ ...(await claim()), kind: "step", name: longest(textLimit.stepName), output: null });

  const counts = await Promise.all(
    (["cancelled", "failed", "completed", "pending_hitl", "running"] as const).map(async (status) => {
      return (await fleet.jobs.list({ ...job, tag: job.tags[1], status: [status] })).jobs.length;
    }),
  );
  expect(counts).toEqual([1, 1, 1, 1, 1]);
  await fleet.close();
});
