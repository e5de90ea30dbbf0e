import { createTestDatabase, startTcpProxy, type TcpProxy, type TestDatabase } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type FleetClient } from "./index.ts";
import { type LiveServer, startLiveServer } from "./testing/live-server.ts";

/*
 * Two servers on one database. The second one's feed takes itself for live and hears nothing: its wire
 * went half-open, and it has not tried it since. Whoever asks it by themselves gets old copies.
 */
let database: TestDatabase;
let wire: TcpProxy;
let writer: LiveServer;
let deaf: LiveServer;

beforeAll(async () => {
  database = await createTestDatabase();
  wire = await startTcpProxy(database.url);
  const { url } = database;
  writer = await startLiveServer({ persistence: { kind: "server", url } });
  deaf = await startLiveServer({ persistence: { kind: "server", url, directUrl: wire.through(url) } });
  wire.goHalfOpen();
});
afterAll(async () => {
  await deaf.close();
  await writer.close();
  await wire[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A client of both: what reads goes to the deaf one, all else to the other. */
function clientOfBoth(): FleetClient {
  const isRead = (url: string) => /\/trpc\/(jobs\.get|jobs\.wait)/.test(url);
  return createClient({
    url: writer.url,
    fetch: (input, init) => fetch(isRead(String(input)) ? String(input).replace(writer.url, deaf.url) : input, init),
  });
}

/** Has the deaf server keep a copy, as it is now. */
async function keepCopy(id: string): Promise<void> {
  await createClient({ url: deaf.url }).jobs.get(id);
}

describe("a client that writes on one server and reads on another, which has not heard of it,", () => {
  test("reads what it wrote, where another client gets the older copy", async () => {
    const { jobs } = clientOfBoth();
    const { id } = await jobs.create();
    await keepCopy(id);
    await jobs.update(id, { status: "running" });
    expect(await createClient({ url: deaf.url }).jobs.get(id)).toMatchObject({ status: "pending", version: 1 });
    expect(await jobs.get(id)).toMatchObject({ status: "running", version: 2 });
  });

  const moves: Record<string, (client: FleetClient, id: string) => Promise<unknown>> = {
    "an update": ({ jobs }, id) => jobs.update(id, { currentPhase: "plan" }),
    "a cancel": ({ jobs }, id) => jobs.cancel(id),
    "a refused update": async ({ jobs }, id) => {
      await createClient({ url: writer.url }).jobs.update(id, { currentPhase: "theirs" });
      await expect(jobs.update(id, { currentPhase: "mine" }, { ifVersion: 1 })).rejects.toMatchObject({ code: "VERSION_MISMATCH" });
    },
    "an opened prompt": ({ hitl }, id) => hitl.open(id, { type: "question" }),
    "a response": async ({ hitl }, id) => {
      const prompt = await createClient({ url: writer.url }).hitl.open(id, { type: "question" });
      await keepCopy(id);
      await hitl.respond(prompt.id, { answer: "yes" });
    },
    "a withdrawn prompt": async ({ hitl }, id) => {
      const prompt = await createClient({ url: writer.url }).hitl.open(id, { type: "question" });
      await hitl.withdraw(prompt.id);
    },
    "a list": async ({ jobs }, id) => {
      await createClient({ url: writer.url }).jobs.cancel(id);
      await jobs.list({ limit: 200 });
    },
    "a history": async ({ jobs }, id) => {
      await createClient({ url: writer.url }).jobs.cancel(id);
      await jobs.events(id);
    },
    "a claim": async ({ worker, jobs }, id) => {
      const { type } = await jobs.get(id);
      await worker.claim({ workerId: id, types: [type] });
    },
    "a worker's question": async ({ worker, jobs }, id) => {
      const { type } = await jobs.get(id);
      const [job] = await worker.claim({ workerId: id, types: [type] });
      await keepCopy(id);
      await worker.ask({ jobId: id, run: job?.run ?? 0, prompts: [{ key: "k", type: "question" }] });
    },
  };
  test.each(Object.entries(moves))("sees the job as it is after %s", async (_, move) => {
    const client = clientOfBoth();
    const { id } = await client.jobs.create({ type: crypto.randomUUID() });
    await keepCopy(id);
    await move(client, id);
    const { version, status } = await writer.fleet.jobs.get(id);
    expect(await client.jobs.get(id)).toMatchObject({ version, status });
    expect(await client.jobs.waitForChange(id)).toMatchObject({ version, status });
  });

  test("finds no job that it has deleted", async () => {
    const { jobs } = clientOfBoth();
    const { id } = await jobs.create();
    await keepCopy(id);
    await jobs.delete(id);
    await expect(jobs.get(id)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  });
});
