import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

describe("the tRPC wire", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ maxBodyBytes: 2_000 });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  afterEach(() => vi.restoreAllMocks());

  const inputs = (...values: unknown[]) => `input=${encodeURIComponent(JSON.stringify({ ...values }))}`;
  const form = (length: number) => ({
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body: `--b\r\nContent-Disposition: form-data; name="taskDescription"\r\n\r\n${"x".repeat(length)}\r\n--b--\r\n`,
  });

  test("leaves HEAD, unknown procedures and other methods to tRPC", async () => {
    expect((await server.request("HEAD", "/trpc/jobs.stats")).status).toBe(204);
    expect((await server.request("GET", "/trpc/jobs.nothing")).body.error.json.data.code).toBe("NOT_FOUND");
    const other = await server.request("GET", "/trpc/jobs.create");
    expect([other.status, other.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("names the request in a reply, whether it went well or not", async () => {
    for (const path of ["/trpc/jobs.stats", "/trpc/jobs.get"]) {
      const { headers } = await server.request("GET", path);
      expect([headers.get("x-request-id"), headers.get("content-type")]).toEqual([
        expect.stringMatching(/^[0-9a-f-]{36}$/),
        "application/json",
      ]);
    }
  });

  test("reads bodies as fetch does, and refuses those that are too large or of no known kind", async () => {
    expect((await server.request("POST", "/trpc/jobs.create", { body: '\ufeff{"taskDescription":"Tïde"}' })).status).toBe(200);
    expect((await server.request("POST", "/trpc/jobs.create", form(10))).body.error.json.data.fleet.code).toBe("INVALID_INPUT");
    expect((await server.request("POST", "/trpc/jobs.create", form(2_000))).status).toBe(413);
    expect((await server.request("POST", "/trpc/jobs.create", { body: "x", headers: { "content-type": "text/plain" } })).status).toBe(415);
  });

  test.each(["/trpc/jobs.create", "/trpc/jobs.create?batch=1"])("refuses bytes that are not UTF-8: %s", async (path) => {
    const body = Buffer.from([...Buffer.from('{"0":{"type":"'), 0xff, ...Buffer.from('"}}')]);
    const reply = await fetch(server.url + path, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining("not valid for encoding utf-8")]);
  });

  test("lets many calls of one batch wait, and warns of nothing", async () => {
    const warnings: Error[] = [];
    process.on("warning", (warning) => warnings.push(warning));
    const waits = vi.spyOn(server.fleet.jobs, "waitForChange");
    const { job } = await server.fleet.jobs.create();
    const calls = Array.from({ length: 20 }, () => ({ id: job.id, afterVersion: 1, timeoutMs: 20_000 }));
    const reply = server.request("GET", `/trpc/${calls.map(() => "jobs.wait").join(",")}?batch=1&${inputs(...calls)}`);
    await vi.waitFor(() => expect(waits).toHaveBeenCalledTimes(calls.length));
    await server.fleet.jobs.update(job.id, { currentPhase: "a" });
    expect((await reply).body).toHaveLength(calls.length);
    expect(warnings).toEqual([]);
  });

  test("sends the results of a stream one by one, each when it is there", async () => {
    const { job } = await server.fleet.jobs.create();
    const wait = { id: job.id, afterVersion: 1, timeoutMs: 20_000 };
    const path = `/trpc/jobs.wait,jobs.stats?batch=1&${inputs(wait)}`;
    const reply = await fetch(server.url + path, { headers: { "trpc-accept": "application/jsonl" } });
    let text = "";
    for await (const chunk of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      // The other result came while this one is still waited for.
      if (text.includes("completionRate") && !text.includes(job.id)) await server.fleet.jobs.update(job.id, { currentPhase: "a" });
    }
    expect(text).toContain(job.id);
  });

  test.each([
    { wire: "tRPC", path: (id: string) => `/trpc/jobs.wait?input=${encodeURIComponent(JSON.stringify({ id, afterVersion: 1 }))}` },
    { wire: "REST", path: (id: string) => `/api/v2/jobs/${id}/wait?after_version=1` },
  ])("over $wire a wait ends when the one who asked has gone, and its signal only then", async ({ path }) => {
    const waits = vi.spyOn(server.fleet.jobs, "waitForChange");
    const { job } = await server.fleet.jobs.create();
    const asking = new AbortController();
    const asked = fetch(server.url + path(job.id), { signal: asking.signal }).catch((error: Error) => error.name);
    await vi.waitFor(() => expect(waits).toHaveBeenCalledOnce());
    const signal = waits.mock.calls[0]?.[1]?.signal;
    expect(signal?.aborted).toBe(false);
    asking.abort();
    expect(await asked).toBe("AbortError");
    await vi.waitFor(() => expect(signal?.aborted).toBe(true));

    const answered = fetch(server.url + path(job.id));
    await vi.waitFor(() => expect(waits).toHaveBeenCalledTimes(2));
    await server.fleet.jobs.update(job.id, { currentPhase: "a" });
    expect((await answered).status).toBe(200);
    expect(waits.mock.calls[1]?.[1]?.signal?.aborted).toBe(false);
  });

  test.each([
    { wire: "tRPC", request: "/trpc/jobs.stats" },
    { wire: "REST", request: "/api/v2/jobs/stats" },
  ])("over $wire a fault of the server is in the log under the request's id, and not in the reply", async ({ request }) => {
    vi.spyOn(server.fleet.jobs, "stats").mockRejectedValue(new Error("the disk is gone"));
    const reply = await server.request("GET", request);
    expect([reply.status, JSON.stringify(reply.body)]).toEqual([500, expect.not.stringContaining("disk")]);
    const lines = server
      .log()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const ofRequest = lines.filter(({ requestId }) => requestId === reply.headers.get("x-request-id"));
    expect(ofRequest).toContainEqual(expect.objectContaining({ msg: "A request failed", path: "jobs.stats" }));
    await vi.waitFor(() => expect(server.log()).toContain(`"requestId":"${reply.headers.get("x-request-id")}","method":"GET"`));
  });
});
