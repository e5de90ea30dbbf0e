// What a user of the package writes. It is compiled under `strict`, with our declarations checked,
// and run against a live server.
import { strict as assert } from "node:assert";
import { createClient, FleetClientError, type Job, type OpenPrompt } from "@skill-fleet/client";

const client = createClient({ url: process.env["SKILL_FLEET_URL"] ?? "http://localhost:8000" });

const created = await client.jobs.create({ taskDescription: "A report", metadata: { constructor: "data like any other" }, tags: ["a"] });
assert.equal(created.status, "pending");
assert.ok(created.createdAt instanceof Date);

const job: Job = await client.jobs.get(created.id, { signal: AbortSignal.timeout(10_000) });
assert.deepEqual(job.metadata, { constructor: "data like any other" });

const prompt: OpenPrompt = await client.hitl.open(job.id, { type: "confirm", title: "Go on?" });
assert.equal((await client.hitl.current(job.id)).id, prompt.id);
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
