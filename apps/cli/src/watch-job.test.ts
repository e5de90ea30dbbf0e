import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandProcess } from "./testing/command-process.ts";
import { type Engine, openPostgres } from "./testing/engines.ts";
import { ServerProcess } from "./testing/server-process.ts";

let engine: Engine;
let server: ServerProcess;

beforeAll(async () => {
  engine = await openPostgres();
  server = await ServerProcess.start(engine);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const createJob = async () => (await server.request("POST", "/api/v2/jobs")).body.job_id as string;
const change = async (jobId: string, body: object) => {
  expect((await server.request("PATCH", `/api/v2/jobs/${jobId}`, { body })).status).toBe(200);
};
const watch = (jobId: string, ...flags: string[]) => new CommandProcess(["jobs", "watch", jobId, "--url", server.url, ...flags], engine);

test("jobs watch prints every event as it happens, and exits with 0 when the job completes", async () => {
  const jobId = await createJob();
  await using watching = watch(jobId);
  await watching.waitForLine(/v1 {2}created by anonymous$/);
  await change(jobId, { status: "running", progress_message: "a\u001b[2J\nb" });
  await watching.waitForLine(/v2 {2}started by anonymous {2}\{.*\}$/);
  await change(jobId, { status: "completed", result: { path: "tides" } });
  expect(await watching.ended).toEqual({ exitCode: 0, signal: null });
  expect(watching.lines).toHaveLength(3);
  expect(watching.lines.join("")).not.toContain("\u001b");
});

test("jobs watch of a job that fails or is cancelled exits with 1", async () => {
  const [failing, leaving] = [await createJob(), await createJob()];
  await using watchFailing = watch(failing, "--json");
  await using watchLeaving = watch(leaving, "--json");
  await change(failing, { status: "running" });
  await change(failing, { status: "failed", error: "no tide" });
  await server.request("POST", `/api/v2/jobs/${leaving}/cancel`);
  expect(await watchFailing.ended).toEqual({ exitCode: 1, signal: null });
  expect(watchFailing.lines.map((line) => JSON.parse(line))).toMatchObject([
    { version: 1, kind: "created" },
    { version: 2, kind: "started" },
    { version: 3, kind: "failed", data: { error: "no tide" } },
  ]);
  expect((await watchLeaving.ended).exitCode).toBe(1);
});

test("jobs watch of an absent job exits with 1 at once", async () => {
  const jobId = crypto.randomUUID();
  await using watching = watch(jobId, "--json");
  expect((await watching.ended).exitCode).toBe(1);
  expect(watching.lines.map((line) => JSON.parse(line))).toMatchObject([
    { error: { code: "JOB_NOT_FOUND", message: expect.stringContaining(jobId) } },
  ]);
});

test("jobs watch waits while the server is away, and goes on where it was", async () => {
  const jobId = await createJob();
  await using watching = watch(jobId);
  await watching.waitForLine(/v1 {2}created/);
  await server.kill9();
  await watching.waitForLine(/The server cannot be reached: .* Trying again\.$/);
  server = await ServerProcess.start({ ...engine, args: ["--port", new URL(server.url).port] });
  await change(jobId, { status: "running" });
  await change(jobId, { status: "completed" });
  expect((await watching.ended).exitCode).toBe(0);
  const events = watching.find(/ {2}(v\d {2}\w+) by /).map(([, event]) => event);
  expect(events).toEqual(["v1  created", "v2  started", "v3  completed"]);
});
