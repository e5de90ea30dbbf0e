// What must not compile. Each mistake is announced: a declaration that is `any` would accept it, and
// the announcement itself would then be the error.
import { createClient, defineJob, FleetClientError } from "@skill-fleet/client";
import { z } from "zod";

const client = createClient({ url: "http://localhost:8000" });

// @ts-expect-error: there is no such option
createClient({ uri: "http://localhost:8000" });
// @ts-expect-error: a wrong field
client.jobs.create({ taskDescripton: "A report" });
// @ts-expect-error: a wrong type
client.jobs.create({ tags: "a" });
// @ts-expect-error: a status that only a prompt can bring about
client.jobs.update("id", { status: "pending_hitl" });
// @ts-expect-error: a status that does not exist
client.jobs.list({ status: ["done"] });
// @ts-expect-error: a prompt needs a type
client.hitl.open("id", { title: "Go on?" });
// @ts-expect-error: nothing of that name happens at a deadline
client.hitl.open("id", { type: "confirm", expiresInMs: 1_000, onExpire: "resum" });
// @ts-expect-error: a response is an object
client.hitl.respond("id", "yes");
// @ts-expect-error: a write of a worker names its run
client.worker.complete({ jobId: "id" });
// @ts-expect-error: a kind of step that does not exist
client.worker.putStep({ jobId: "id", run: 1, kind: "note", name: "n", output: 1 });
// @ts-expect-error: a repetition is returned or rejected
client.jobs.create({}, { onConflict: "ignore" });

const job = await client.jobs.get("id");
// @ts-expect-error: a date, not text
job.createdAt.toUpperCase();
// @ts-expect-error: a job may not have ended
job.completedAt.getTime();
// @ts-expect-error: a field that a job does not have
job.finishedAt;

try {
  await client.jobs.stats();
} catch (error) {
  // @ts-expect-error: a code that does not exist
  if (FleetClientError.is(error) && error.code === "JOB_NOT_FUOND") throw error;
}

const report = defineJob({
  type: "report",
  input: z.object({ topic: z.string() }),
  result: z.object({ pages: z.number() }),
  prompts: { preview: { response: z.object({ action: z.enum(["proceed", "revise", "cancel"]) }) } },
});
// @ts-expect-error: a misspelt action
client.hitl.respond(report, "id", "preview", { action: "proceeed" });
// @ts-expect-error: a prompt that the job does not have
client.hitl.waitForPrompt(report, "id", "previw");
// @ts-expect-error: an input of another shape
client.jobs.create(report, { input: { topic: 1 } });

const ended = await client.jobs.waitFor(report, "id");
// @ts-expect-error: a result that the job does not have
if (ended.status === "completed") ended.result.words;
