// What a user of the package writes. It is compiled under `strict`, with our declarations checked,
// and run against a live server.
import { strict as assert } from "node:assert";
import { createClient, defineJob, FleetClientError, type Job, type JobOf, type LeasedJob, type OpenPrompt } from "@skill-fleet/client";
import { z } from "zod";

const client = createClient({ url: process.env["SKILL_FLEET_URL"] ?? "http://localhost:8000" });

const created = await client.jobs.create({ taskDescription: "A report", metadata: { constructor: "data like any other" }, tags: ["a"] });
assert.equal(created.status, "pending");
assert.ok(created.createdAt instanceof Date);

const job: Job = await client.jobs.get(created.id, { signal: AbortSignal.timeout(10_000) });
assert.deepEqual(job.metadata, { constructor: "data like any other" });

const prompt = await client.hitl.open(job.id, { type: "confirm", title: "Go on?" });
const current: OpenPrompt = await client.hitl.current(job.id);
assert.deepEqual([current.id, current.digest], [prompt.id, prompt.digest]);
const receipt = await client.hitl.respond(prompt.id, { answer: "yes", confidence: 0.9 });
assert.equal(receipt.jobStatus, "running");

const done = await client.jobs.update(job.id, { status: "completed", result: { pages: 3 } });
if (done.status === "completed") assert.ok(done.completedAt instanceof Date);

try {
  await client.jobs.cancel(job.id);
  assert.fail("a completed job was cancelled");
} catch (error) {
  assert.ok(FleetClientError.is(error));
  assert.equal(error.code, "INVALID_TRANSITION");
}

const found: string[] = [];
for await (const { id } of client.jobs.all({ tag: "a", createdAfter: new Date(0) })) found.push(id);
assert.deepEqual(found, [job.id]);

const me = { workerId: "consumer", types: ["translation"] };
const { heartbeatIntervalMs } = await client.worker.register(me);
assert.ok(heartbeatIntervalMs > 0);
const { id: jobId } = await client.jobs.create(
  { type: "translation", priority: 5, maxAttempts: 1 },
  { idempotencyKey: "t", idempotencyScope: "a" },
);
const leased: readonly LeasedJob[] = await client.worker.claim({ ...me, waitMs: 10_000 }, { signal: AbortSignal.timeout(20_000) });
assert.deepEqual([leased[0]?.id, leased[0]?.run], [jobId, 1]);
assert.equal(await client.worker.putStep({ jobId, run: 1, kind: "step", name: "translate", output: "Gezeiten" }), "Gezeiten");
assert.equal((await client.worker.complete({ jobId, run: 1, result: "Gezeiten" })).status, "completed");
await client.worker.deregister(me);

const skillCreation = defineJob({
  type: "skill_creation",
  input: z.object({ topic: z.string() }),
  result: z.object({ path: z.string() }),
  prompts: {
    preview: {
      data: z.object({ draft: z.string() }),
      response: z.object({ action: z.enum(["proceed", "revise", "cancel"]), feedback: z.string().optional() }),
    },
  },
});

const { id } = await client.jobs.create(skillCreation, { input: { topic: "tides" } });
const asked = client.hitl.waitForPrompt(skillCreation, id, "preview", { signal: AbortSignal.timeout(20_000) });
const ended = client.jobs.waitFor(skillCreation, id, { signal: AbortSignal.timeout(20_000) });
await client.hitl.open(skillCreation, id, "preview", { data: { draft: "Tides are..." } });
const draft: string = (await asked).data.draft;
await client.hitl.respond(skillCreation, id, "preview", { action: "proceed" }, { ifDigest: (await asked).digest });
await client.jobs.update(id, { status: "completed", result: { path: `skills/${draft.length}` } });
const typed: JobOf<typeof skillCreation> = await ended;
assert.equal(typed.status === "completed" && typed.result.path, "skills/12");
