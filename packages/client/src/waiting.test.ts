import { createTestDatabase, type TestDatabase } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createClient, FleetClientError } from "./index.ts";
import { startLiveServer } from "./testing/live-server.ts";

/** The server looks again after two seconds by itself: whoever waits for that is too late. */
const soonMs = 1_000;

const soon = <Result>(work: Promise<Result>) =>
  Promise.race([work, new Promise<never>((_, reject) => setTimeout(() => reject(new Error("too late")), soonMs).unref())]);

/** `fetch` that counts requests by their path. */
function counting() {
  const paths: string[] = [];
  const count = (name: string) => paths.filter((path) => path.includes(name)).length;
  return {
    count,
    fetch: (...args: Parameters<typeof fetch>) => {
      paths.push(String(args[0]));
      return fetch(...args);
    },
  };
}

describe("waiting", () => {
  test("for the end of a job returns it as soon as it has ended, with one request for each version", async () => {
    await using server = await startLiveServer();
    const { fetch, count } = counting();
    const client = createClient({ url: server.url, fetch });
    const { id } = await client.jobs.create();
    const ended = client.jobs.waitFor(id);
    await vi.waitFor(() => expect(count("jobs.wait")).toBe(2));
    await client.jobs.update(id, { status: "running" });
    await vi.waitFor(() => expect(count("jobs.wait")).toBe(3));
    await client.jobs.cancel(id);
    expect(await soon(ended)).toMatchObject({ id, status: "cancelled", version: 3 });
    expect(count("jobs.wait")).toBe(3);
    // One that has ended already is returned at once.
    expect(await client.jobs.waitFor(id)).toMatchObject({ status: "cancelled" });
  });

  test("for a prompt returns it as soon as it is open, the most urgent of several; and none of a job that has ended", async () => {
    await using server = await startLiveServer();
    const { jobs, hitl } = createClient({ url: server.url });
    const { id } = await jobs.create();
    const asked = hitl.waitForPrompt(id);
    const first = await hitl.open(id, { type: "question" });
    expect((await soon(asked)).id).toBe(first.id);
    const urgent = await hitl.open(id, { type: "question", dueAt: new Date() });
    expect((await hitl.waitForPrompt(id)).id).toBe(urgent.id);
    const other = hitl.waitForPrompt(id, { type: "preview" });
    const refused = expect(other).rejects.toMatchObject({ code: "NO_OPEN_PROMPT", jobId: id });
    await jobs.cancel(id);
    await refused;
  });

  test("ends with its signal at once", async () => {
    await using server = await startLiveServer();
    const { jobs, hitl } = createClient({ url: server.url });
    const { id } = await jobs.create();
    const waits: ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => jobs.waitFor(id, { signal }),
      (signal) => hitl.waitForPrompt(id, { signal }),
    ];
    for (const wait of waits) {
      const controller = new AbortController();
      const aborted = expect(soon(wait(controller.signal))).rejects.toMatchObject({ code: "ABORTED" });
      controller.abort();
      await aborted;
      await expect(wait(AbortSignal.timeout(20))).rejects.toMatchObject({ code: "ABORTED" });
    }
  });

  test("for a job that is not there, or goes, is refused", async () => {
    await using server = await startLiveServer();
    const { jobs } = createClient({ url: server.url });
    await expect(jobs.waitFor(crypto.randomUUID())).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    const { id } = await jobs.create();
    const waiting = expect(jobs.waitFor(id)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    await jobs.delete(id);
    await waiting;
  });

  test("does not hold up calls of the same tick", async () => {
    await using server = await startLiveServer();
    const { jobs } = createClient({ url: server.url });
    const { id } = await jobs.create();
    const controller = new AbortController();
    const waiting = jobs.waitForChange(id, { afterVersion: 1, signal: controller.signal }).catch((error) => error.code);
    expect((await soon(jobs.get(id))).id).toBe(id);
    controller.abort();
    expect(await waiting).toBe("ABORTED");
  });

  test("by 200 at once is one change for all of them", async () => {
    await using server = await startLiveServer();
    const { jobs } = createClient({ url: server.url });
    const { id } = await jobs.create();
    const waiting = Array.from({ length: 200 }, () => jobs.waitFor(id));
    await jobs.cancel(id);
    for (const job of await Promise.all(waiting)) expect(job.status).toBe("cancelled");
  });

  test("does not hold up a server that closes", async () => {
    const server = await startLiveServer();
    const { jobs } = createClient({ url: server.url, maxRetries: 0 });
    const { id } = await jobs.create();
    const controllers = Array.from({ length: 20 }, () => new AbortController());
    const waiting = controllers.map(({ signal }) => jobs.waitFor(id, { signal }).catch((error) => error.code));
    await jobs.get(id);
    await soon(server.close());
    for (const controller of controllers) controller.abort();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["ABORTED"]));
  });
});

describe("waiting on a shared database", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());
  const start = (port?: number) =>
    startLiveServer({ persistence: { kind: "server", url: database.url }, ...(port !== undefined && { port }) });

  test("on one server returns what happened on another", async () => {
    await using here = await start();
    await using there = await start();
    const [a, b] = [createClient({ url: here.url }), createClient({ url: there.url })];
    const { id } = await a.jobs.create();
    const [asked, ended] = [b.hitl.waitForPrompt(id), b.jobs.waitFor(id)];
    const prompt = await a.hitl.open(id, { type: "question" });
    expect((await soon(asked)).id).toBe(prompt.id);
    await a.jobs.cancel(id);
    expect((await soon(ended)).status).toBe("cancelled");
  });

  test("goes on through a restart of the server", async () => {
    const first = await start();
    const client = createClient({ url: first.url, maxRetries: 0 });
    const { id } = await client.jobs.create();
    const [asked, ended] = [client.hitl.waitForPrompt(id), client.jobs.waitFor(id)];
    await first.close();
    await expect(client.jobs.get(id)).rejects.toBeInstanceOf(FleetClientError);
    await using second = await start(Number(new URL(first.url).port));
    await second.fleet.prompts.open(id, { type: "question" });
    expect((await asked).type).toBe("question");
    await second.fleet.jobs.cancel(id);
    expect((await ended).status).toBe("cancelled");
  });
});
