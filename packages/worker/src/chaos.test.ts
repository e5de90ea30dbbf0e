import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Crew, type Note, openCrew } from "./testing/crew.ts";

/** Long enough for a busy machine: a worker that cannot beat in time is taken for dead, and nothing gets on. */
const leaseTimeoutMs = 2_000;
const jobCount = 200;
const crewSize = 2;
/** How much a worker does before it is killed, at most; a job takes nine things to do. */
const mostBeforeDeath = 400;

/** What the diary says that must not be: a step that ran although a handler had its stored output already. */
function stepsThatRanAgain(diary: readonly Note[]): string[] {
  const finished = new Set<string>();
  const problems: string[] = [];
  for (const { job_id, what, detail } of diary) {
    const name = what.slice(what.indexOf(" ") + 1);
    const step = `${job_id} ${name}`;
    if (what.startsWith("ran ") && finished.has(step)) problems.push(`${step} ran again: ${detail}`);
    if (what.startsWith("finished ")) finished.add(step);
  }
  return problems;
}

/** What is wrong with how a job ended. */
async function problemsOf({ fleet }: Crew, jobId: string): Promise<string[]> {
  const job = await fleet.jobs.get(jobId);
  const events = await fleet.jobs.events(jobId, { limit: 200 });
  const count = (kind: string) => events.filter((event) => event.kind === kind).length;
  const problems: string[] = [];
  if (job.status !== "completed") problems.push(`${jobId} is ${job.status}: ${job.error}`);
  if (count("completed") !== 1) problems.push(`${jobId} completed ${count("completed")} times`);
  if (count("prompt_opened") !== 2 || count("prompt_answered") !== 2) problems.push(`${jobId} asked ${count("prompt_opened")} times`);
  const opened = events.filter(({ kind }) => kind === "prompt_opened").map(({ data }) => data["promptId"]);
  const { answers = [] } = (job.result ?? {}) as { answers?: string[] };
  // An answer names the question and the prompt that it was given to.
  const expected = opened.map((id, round) => `${round === 0 ? "ask" : "ask#2"} ${id}`);
  if (JSON.stringify(answers) !== JSON.stringify(expected)) problems.push(`${jobId} saw ${answers}, not ${expected}`);
  return problems;
}

test(`${jobCount} jobs end once each, no finished step runs again and no answer is applied twice, while workers are killed at random`, async () => {
  await using crew = await openCrew({ leaseTimeoutMs, concurrency: 8 });
  const ids = await Promise.all(Array.from({ length: jobCount }, () => crew.create({})));
  const ended = new AbortController();
  const end = once(ended.signal, "abort");
  let kills = 0;
  const employ = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const worker = await crew.hire();
      await Promise.race([worker.worked(1 + Math.floor(Math.random() * mostBeforeDeath)), end]);
      worker.process.kill("SIGKILL");
      kills += 1;
    }
  };
  const seats = Promise.all(Array.from({ length: crewSize }, employ));
  const remaining = async () =>
    (await crew.fleet.jobs.list({ type: "errand", status: ["pending", "running", "pending_hitl"], limit: 1 })).jobs;
  while ((await remaining()).length > 0) {
    await crew.answerAll();
    await delay(20);
  }
  ended.abort();
  await seats;
  expect(kills).toBeGreaterThan(5);
  const diary = await crew.diary();
  expect(stepsThatRanAgain(diary)).toEqual([]);
  expect((await Promise.all(ids.map((id) => problemsOf(crew, id)))).flat()).toEqual([]);
  expect(await crew.database.query("select job_id from job_queue union all select job_id from job_leases")).toEqual([]);
}, 180_000);

test("a worker that is paused past its lease finds its late writes refused, and the job ends once, elsewhere", async () => {
  await using crew = await openCrew({ leaseTimeoutMs, concurrency: 1 });
  const jobId = await crew.create({ workMs: 50 });
  const paused = await crew.hire();
  await crew.noted(jobId, "works");
  paused.process.kill("SIGSTOP");
  await crew.hire();
  await answerUntilEnded(crew, jobId);
  paused.process.kill("SIGCONT");
  await crew.noted(jobId, "refused");
  expect(await problemsOf(crew, jobId)).toEqual([]);
  expect((await crew.diary()).filter(({ what }) => what === "refused").map(({ detail }) => detail)).toEqual(["LeaseLostError"]);
  expect((await crew.fleet.jobs.get(jobId)).attempt).toBe(2);
}, 60_000);

test("a handler that blocks its process past the lease finds its late writes refused", async () => {
  await using crew = await openCrew({ leaseTimeoutMs, concurrency: 1 });
  const jobId = await crew.create({ blockMs: 2 * leaseTimeoutMs });
  await crew.hire();
  await crew.noted(jobId, "blocks");
  await crew.hire();
  await answerUntilEnded(crew, jobId);
  await crew.noted(jobId, "refused");
  expect(await problemsOf(crew, jobId)).toEqual([]);
}, 60_000);

test("a job that kills its worker every time fails after its last attempt", async () => {
  await using crew = await openCrew({ leaseTimeoutMs, concurrency: 1 });
  const { job } = await crew.fleet.jobs.create({ type: "errand", input: { workMs: 60_000 }, maxAttempts: 2 });
  for (const attempt of [1, 2]) {
    const worker = await crew.hire();
    let current = await crew.fleet.jobs.get(job.id);
    while (current.workerId === null) current = await crew.fleet.jobs.waitForChange(job.id, { afterVersion: current.version });
    worker.process.kill("SIGKILL");
    while (current.workerId !== null) current = await crew.fleet.jobs.waitForChange(job.id, { afterVersion: current.version });
    expect(current.attempt).toBe(Math.min(attempt + 1, 2));
  }
  expect(await crew.fleet.jobs.get(job.id)).toMatchObject({
    status: "failed",
    error: expect.stringMatching(/^Worker .* died, or was cut off, in attempt 2\.$/),
  });
}, 60_000);

async function answerUntilEnded(crew: Crew, jobId: string): Promise<void> {
  let job = await crew.fleet.jobs.get(jobId);
  while (job.completedAt === null) {
    await crew.answerAll();
    job = await crew.fleet.jobs.waitForChange(jobId, { afterVersion: job.version });
  }
}
