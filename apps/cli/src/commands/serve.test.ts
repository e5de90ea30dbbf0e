import { once } from "node:events";
import { appendFile, cp, symlink, writeFile } from "node:fs/promises";
import { type ClientRequest, createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createDataDir, type TestDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandProcess } from "../testing/command-process.ts";
import { runCommand } from "../testing/run-command.ts";
import { ServerProcess } from "../testing/server-process.ts";

let dir: TestDataDir;
beforeAll(async () => {
  dir = await createDataDir();
});
afterAll(() => dir[Symbol.asyncDispose]());

/** Begins to create a job and returns when the server has the head of the request and waits for its body. */
async function beginCreation(server: ServerProcess): Promise<ClientRequest> {
  const headers = { "content-type": "application/json", expect: "100-continue" };
  const creation = request(`${server.url}/api/v2/jobs`, { method: "POST", headers });
  creation.flushHeaders();
  await once(creation, "continue");
  return creation;
}

describe("a server that is told to stop", () => {
  test("replies to the request under way, takes no new one, and ends with 0", async () => {
    await using server = await ServerProcess.start({ folder: dir.path });
    const creation = await beginCreation(server);
    server.signal("SIGTERM");
    await server.waitForLine(/Stopping: no new requests/);
    await expect(server.request("GET", "/health")).rejects.toThrow();
    creation.end('{"tags": ["last"]}');
    const [reply] = (await once(creation, "response")) as [IncomingMessage];
    expect([reply.statusCode, reply.headers.connection]).toEqual([201, "close"]);
    expect(JSON.parse(await text(reply))).toMatchObject({ tags: ["last"] });
    expect(await server.ended).toEqual({ exitCode: 0, signal: null });
    expect(server.lines.at(-1)).toMatch(/INFO: Stopped$/);

    await using next = await ServerProcess.start({ folder: dir.path });
    expect((await next.request("GET", "/api/v2/jobs?tag=last")).body.jobs).toHaveLength(1);
  });

  test("twice ends at once, without waiting for the request under way", async () => {
    await using server = await ServerProcess.start({ folder: dir.path });
    const creation = await beginCreation(server);
    const failed = once(creation, "response").catch((error: unknown) => error);
    server.signal("SIGTERM");
    await server.waitForLine(/Stopping/);
    expect(await server.stop("SIGTERM")).toEqual({ exitCode: 70, signal: null });
    expect(await failed).toMatchObject({ code: "ECONNRESET" });
    expect(server.find(/did not end in time|Stopped/)).toEqual([]);
  });

  test("by Ctrl-C, in the very moment in which it listens, ends with 0 all the same", async () => {
    await using server = new CommandProcess(["serve", "--port", "0"], {
      folder: dir.path,
      environment: { SKILL_FLEET_PERSISTENCE: "memory" },
    });
    await server.waitForLine(/Listening on/);
    expect(await server.stop("SIGINT")).toEqual({ exitCode: 0, signal: null });
  });
});

describe("the worker in the process of the server", () => {
  const withWorker = { SKILL_FLEET_WORKER: "on", SKILL_FLEET_PERSISTENCE: "memory" };

  test("says who writes, and ends before the server does", async () => {
    await using server = await ServerProcess.start({ folder: dir.path, environment: withWorker });
    await server.waitForLine(/Worker started/);
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
    const steps = [
      /written by: Template author \(no model\)/,
      /Worker started/,
      /no new jobs/,
      /Worker stopped/,
      /no new requests/,
      /Stopped$/,
    ];
    const places = steps.map((step) => server.lines.findIndex((line) => step.test(line)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test("names the model and its place when it is given one, and never shows the key", async () => {
    const model = {
      SKILL_FLEET_LLM_BASE_URL: "http://127.0.0.1:9/v1",
      SKILL_FLEET_LLM_API_KEY: "sk-secret",
      SKILL_FLEET_LLM_MODEL: "tide-1",
    };
    const environment = { ...withWorker, ...model, SKILL_FLEET_LOG_LEVEL: "debug" };
    await using server = await ServerProcess.start({ folder: dir.path, environment });
    await server.waitForLine(/Skills are written by: tide-1 at 127\.0\.0\.1:9/);
    await server.stop();
    expect(server.lines.join("\n")).not.toContain("sk-secret");
  });

  test("hands a job back, without costing an attempt, when the model says nothing for longer than the stop may take", async () => {
    const model = createServer().listen(0, "127.0.0.1");
    await once(model, "listening");
    const { port } = model.address() as AddressInfo;
    const environment = {
      SKILL_FLEET_WORKER: "on",
      SKILL_FLEET_LLM_BASE_URL: `http://127.0.0.1:${port}/v1`,
      SKILL_FLEET_LLM_MODEL: "tide-1",
    };
    try {
      await using folder = await createDataDir();
      await using server = await ServerProcess.start({ folder: folder.path, environment });
      const asked = once(model, "request");
      const { job_id } = (await server.request("POST", "/api/v2/jobs")).body;
      await asked;
      expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
      expect(server.find(/ERROR|WARN|did not end in time/)).toEqual([]);

      await using next = await ServerProcess.start({ folder: folder.path });
      expect((await next.request("GET", `/api/v2/jobs/${job_id}`)).body).toMatchObject({ status: "pending", attempt: 1 });
    } finally {
      model.closeAllConnections();
      model.close();
    }
    // Two servers on a new database, and the time that a handler has to end.
  }, 60_000);

  test.each([
    ["--no-worker", { args: ["--no-worker"], environment: withWorker }],
    ["SKILL_FLEET_WORKER=off", { environment: { ...withWorker, SKILL_FLEET_WORKER: "off" } }],
  ])("is not there with %s: the job is left for another worker", async (_, options) => {
    await using server = await ServerProcess.start({ folder: dir.path, ...options });
    const { job_id } = (await server.request("POST", "/api/v2/jobs")).body;
    expect((await server.request("GET", `/api/v2/jobs/${job_id}`)).body).toMatchObject({ status: "pending", run: 0 });
    const worker = { worker_id: "another", types: ["skill_creation"] };
    const claimed = await server.request("POST", "/api/v2/worker/claim", { body: worker });
    expect(claimed.body.jobs).toMatchObject([{ job_id, run: 1 }]);
    await server.stop();
    expect(server.find(/Worker/)).toEqual([]);
  });
});

test("serve reads .env in its folder, and the environment wins over it", async () => {
  await using folder = await createDataDir();
  await writeFile(join(folder.path, ".env"), "SKILL_FLEET_PERSISTENCE=memory\nSKILL_FLEET_LOG_FORMAT=xml\nSKILL_FLEET_TYPO=1\n");
  await using server = await ServerProcess.start({ folder: folder.path, environment: { SKILL_FLEET_LOG_FORMAT: "json" } });
  expect(JSON.parse(server.lines[0] ?? "")).toMatchObject({ level: "WARN", name: "SKILL_FLEET_TYPO" });
  expect((await server.request("GET", "/ready")).body.durability).toBe("memory");
});

test("serve on a port that another program has ends with 69 and one line that says what to do", async () => {
  const environment = { SKILL_FLEET_PERSISTENCE: "memory" };
  await using server = await ServerProcess.start({ folder: dir.path, environment });
  const { port } = new URL(server.url);
  const { exitCode, stdout } = await runCommand(["serve", "--port", port], { folder: dir.path, environment });
  expect(exitCode).toBe(69);
  expect(stdout.split("\n").filter((line) => line.includes("CRITICAL"))).toEqual([
    expect.stringMatching(new RegExp(`EADDRINUSE.*${port}: another program listens there\\. Choose another port with --port`)),
  ]);
});

describe("serve --reload", () => {
  /** A copy of the built command, which may be changed; what it imports is that of this checkout. */
  const copyCommand = async (folder: string) => {
    const cli = fileURLToPath(new URL("../../", import.meta.url));
    for (const part of ["package.json", "bin", "dist"]) await cp(join(cli, part), join(folder, part), { recursive: true });
    await symlink(join(cli, "node_modules"), join(folder, "node_modules"));
    return { program: join(folder, "bin", "skill-fleet.js"), someModule: join(folder, "dist", "exit-codes.js") };
  };

  test("starts again when the built code changes, on the same database, and ends with 0", async () => {
    await using copy = await createDataDir();
    const { program, someModule } = await copyCommand(copy.path);
    const server = await ServerProcess.start({ folder: dir.path, program, args: ["--reload"] });
    try {
      const { body } = await server.request("POST", "/api/v2/jobs");
      await appendFile(someModule, "// changed\n");
      await server.waitForLine(/Stopped$/);
      const [, url] = await server.waitForLine(/Listening on (\S+)/, 2);
      expect((await fetch(`${url}/api/v2/jobs/${body.job_id}`)).status).toBe(200);
      await server.waitForLine(/cleanup task started/, 2);
    } finally {
      // Not kill -9: the process in between could not end the server.
      expect(await server.stop("SIGTERM")).toEqual({ exitCode: 0, signal: null });
    }
  });
});
