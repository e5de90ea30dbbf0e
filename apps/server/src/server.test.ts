import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

describe("the server", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ maxBodyBytes: 2_000 });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("says that it lives, and that it is ready", async () => {
    expect((await server.request("GET", "/health")).body).toEqual({ status: "ok" });
    const { body } = await server.request("GET", "/ready");
    expect(body).toEqual({
      status: "ready",
      durability: "memory",
      change_feed: { state: "local", since: expect.stringMatching(/^\d{4}-.*Z$/), lag_ms: null, gaps: 0 },
    });
  });

  test.each([
    { what: "an unknown job", path: "/trpc/jobs.get?input=%7B%22id%22%3A%227%22%7D", rest: "/api/v2/jobs/7" },
    { what: "a wrong limit", path: "/trpc/jobs.list?input=%7B%22limit%22%3A0%7D", rest: "/api/v2/jobs?limit=0" },
    { what: "an unknown field", path: "/trpc/jobs.list?input=%7B%22page%22%3A1%7D", rest: "/api/v2/jobs?page=1" },
  ])("gives $what one status and one code on both wires", async ({ path, rest }) => {
    const [trpc, plain] = [await server.request("GET", path), await server.request("GET", rest)];
    const { data } = trpc.body.error.json;
    expect([trpc.status, data.fleet.code]).toEqual([plain.status, plain.body.code]);
    expect(data.requestId).toBe(trpc.headers.get("x-request-id"));
    expect(data.stack).toBeUndefined();
  });

  test("logs each request at debug, with its id, when it has its reply", async () => {
    const reply = await server.request("GET", "/api/v2/jobs/7");
    const requestId = reply.headers.get("x-request-id") as string;
    const lines = server
      .log()
      .split("\n")
      .filter((line) => line.includes(requestId));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: "DEBUG", msg: "Replied", method: "GET", url: "/api/v2/jobs/7", status: 404, tookMs: expect.any(Number) },
    ]);
  });

  test("limits bodies and batches of tRPC as well", async () => {
    expect((await server.request("POST", "/trpc/jobs.create", { body: { taskDescription: "x".repeat(2_000) } })).status).toBe(413);
    expect((await server.request("POST", "/trpc/jobs.create", { body: "{oops" })).status).toBe(400);
    const batch = Array.from({ length: 101 }, () => "jobs.stats").join(",");
    expect((await server.request("GET", `/trpc/${batch}?batch=1&input=%7B%7D`)).status).toBe(400);
  });

  test("lets no page of another origin in unless it is told to", async () => {
    const reply = await server.request("GET", "/api/v2/jobs", { headers: { origin: "https://app.example" } });
    expect(reply.headers.get("access-control-allow-origin")).toBeNull();
  });
});

test("pages of the origins that are named may call, and read what the headers say", async () => {
  await using server = await startTestServer({ corsOrigins: ["https://app.example"] });
  const from = (origin: string) => server.request("GET", "/api/v2/jobs", { headers: { origin } });
  expect((await from("https://app.example")).headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect((await from("https://other.example")).headers.get("access-control-allow-origin")).not.toBe("https://other.example");
  expect((await from("https://app.example")).headers.get("access-control-expose-headers")).toContain("etag");
  const { headers } = await server.request("GET", "/trpc/jobs.stats", { headers: { origin: "https://app.example" } });
  expect(headers.get("vary")).toBe("Origin, trpc-accept, accept");
});

test("closes although a client has a connection open that it never used", async () => {
  const server = await startTestServer();
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const closed = once(socket, "close");
  await server[Symbol.asyncDispose]();
  await closed;
});
