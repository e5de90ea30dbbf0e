import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { type Behaviour, fails, says, sendEvent, streams } from "../../testing/model-server.ts";
import { secretKey, startModelUnderTest } from "../../testing/model-under-test.ts";
import type { Brief, SkillPlan } from "../author.ts";
import { AuthorError } from "../author-error.ts";
import { modelAuthor } from "./model-author.ts";

const { signal } = new AbortController();
const brief: Brief = { taskDescription: "Write a skill about tides", answers: {} };
const plan: SkillPlan = { name: "tides", title: "Tides", description: "Reads tide tables.", outline: ["Tables"] };
const written = "---\nname: tides\ndescription: Reads tide tables.\n---\n# Tides";

const saysNothing: Behaviour = () => {};
const cuts = streams("---\nname: ti", (response) => response.destroy());

describe("a rate limit", () => {
  test("is waited for as long as the endpoint asks, and then the reply comes", async () => {
    await using model = await startModelUnderTest();
    model.server.next(fails(429, "slow down", { headers: { "retry-after": "7" } }), says(written));
    expect(await model.author.write(brief, plan, signal)).toMatchObject({ skill: { body: "# Tides" } });
    expect(model.waits).toEqual([7_000]);
  });

  test("may name a date", async () => {
    await using model = await startModelUnderTest();
    const retryAfter = new Date(Date.now() + 20_000).toUTCString();
    model.server.next(fails(429, "slow down", { headers: { "retry-after": retryAfter } }), says(written));
    await model.author.write(brief, plan, signal);
    expect(model.waits[0]).toBeGreaterThan(10_000);
    expect(model.waits[0]).toBeLessThanOrEqual(20_000);
  });

  test("that lasts is an error, which says how long", async () => {
    await using model = await startModelUnderTest();
    const limited = fails(429, "slow down", { headers: { "retry-after": "7" } });
    model.server.next(limited, limited, limited);
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({
      code: "rate_limited",
      retryable: true,
      retryAfterMs: 7_000,
      message: expect.stringMatching(/no more requests for now \(429\)\. Reason: slow down\. Try again in 7 s\.$/),
    });
    expect(model.server.requests).toHaveLength(3);
  });

  test("that is longer than a worker is worth holding for is an error at once", async () => {
    await using model = await startModelUnderTest();
    model.server.next(fails(429, "", { headers: { "retry-after": "3600" } }));
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 3_600_000 });
    expect(model.waits).toEqual([]);
  });

  test("without a time is waited for longer from time to time, and at random", async () => {
    await using model = await startModelUnderTest({ maxRetries: 6 });
    model.server.next(...Array.from({ length: 6 }, () => fails(429)), says(written));
    await model.author.write(brief, plan, signal);
    for (const [i, limit] of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000].entries()) expect(model.waits[i]).toBeLessThanOrEqual(limit);
  });

  test("because the quota is spent does not pass by waiting", async () => {
    await using model = await startModelUnderTest();
    model.server.next(fails(429, "You exceeded your quota", { code: "insufficient_quota" }));
    await expect(model.author.plan(brief, signal)).rejects.toMatchObject({ code: "refused", message: expect.stringContaining("billing") });
  });
});

describe("a failing endpoint", () => {
  test.each([500, 502, 503, 529, 409])("with %i is asked again, and is unavailable when it lasts", async (status) => {
    await using model = await startModelUnderTest();
    model.server.next(fails(status), says(written));
    expect(await model.author.write(brief, plan, signal)).toMatchObject({ skill: { body: "# Tides" } });
    model.server.next(fails(status), fails(status), fails(status, "overloaded"));
    const error = {
      code: "unavailable",
      retryable: true,
      message: expect.stringContaining(`failed (${status}). Reason: overloaded.`),
    };
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject(error);
  });

  test("is asked as often as it was set", async () => {
    await using model = await startModelUnderTest({ maxRetries: 0 });
    model.server.next(fails(500));
    await expect(model.author.plan(brief, signal)).rejects.toMatchObject({ code: "unavailable" });
    expect(model.server.requests).toHaveLength(1);
  });

  test("that cuts the connection in the middle of a stream is asked again for the whole", async () => {
    await using model = await startModelUnderTest();
    model.server.next(cuts, says(written));
    expect(await model.author.write(brief, plan, signal)).toMatchObject({ skill: { name: "tides", body: "# Tides" } });
    model.server.next(cuts, cuts, cuts);
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  test("that ends a stream early without an error has not replied", async () => {
    await using model = await startModelUnderTest({ maxRetries: 0 });
    model.server.next(streams(`${written}, half`, (response) => response.end()));
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("broke off"),
    });
  });

  test.each([
    [{ message: "overloaded", code: 503 }, "unavailable"],
    [{ message: "overloaded" }, "unavailable"],
    [{ message: "slow down", code: "rate_limit_exceeded" }, "rate_limited"],
    [{ message: "slow down", code: 429 }, "rate_limited"],
    [{ message: "no such model", code: 404 }, "refused"],
  ])("that sends the error %j in the middle of a stream has not replied: %s", async (error, code) => {
    await using model = await startModelUnderTest({ maxRetries: 0 });
    model.server.next(
      streams("---\n", (response) => {
        sendEvent(response, { error });
        response.end();
      }),
    );
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({ code, message: expect.stringContaining(error.message) });
  });

  test("that sends a broken event has not replied", async () => {
    await using model = await startModelUnderTest({ maxRetries: 0 });
    model.server.next(streams("---\n", (response) => response.end("data: {\n\n")));
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({ code: "nonsense" });
  });

  test("that nobody runs is unavailable, and the error says what the system says", async () => {
    const port = await freePort();
    const author = modelAuthor({ baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: secretKey, model: "tide-1", maxRetries: 0 });
    await expect(author.plan(brief, signal)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("an endpoint that says nothing", () => {
  test.each([
    ["at all", saysNothing],
    ["after its headers", (response) => void response.writeHead(200, { "content-type": "application/json" }).flushHeaders()],
  ] satisfies [string, Behaviour][])("%s is not waited for longer than the limit, and not asked again", async (_, behaviour) => {
    await using model = await startModelUnderTest({ timeoutMs: 100 });
    model.server.next(behaviour);
    const error = { code: "timeout", retryable: true, message: expect.stringContaining("said nothing in 0.1 s") };
    await expect(model.author.plan(brief, signal)).rejects.toMatchObject(error);
    expect(model.server.requests).toHaveLength(1);
  });

  test("any more in the middle of a stream is not waited for either", async () => {
    await using model = await startModelUnderTest({ timeoutMs: 100 });
    model.server.next(streams("---\n", saysNothingMore));
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({ code: "timeout" });
  });

  test("of use but never stops is stopped", async () => {
    await using model = await startModelUnderTest({ timeoutMs: 100 });
    let timer: NodeJS.Timeout | undefined;
    model.server.next(
      streams("---\n", (response) => {
        timer = setInterval(() => sendEvent(response, { choices: [] }), 20);
        response.on("close", () => clearInterval(timer));
      }),
    );
    const error = { code: "timeout", message: expect.stringContaining("did not come to an end in 1 s") };
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject(error);
  });

  test("too long is stopped by its length as well, and told to write less", async () => {
    await using model = await startModelUnderTest();
    model.server.next(streams("x".repeat(400_001), saysNothingMore), says(written));
    expect(await model.author.write(brief, plan, signal)).toMatchObject({ skill: { body: "# Tides" } });
    expect(model.server.requests[1]?.body.messages.at(-1)?.content).toContain("Write less");
  });
});

describe("a refusal is final:", () => {
  test.each([
    [400, "what the endpoint supports"],
    [401, "Check the API key"],
    [402, "billing"],
    [403, "Check the API key"],
    [404, "Check the name of the model"],
    [422, "what the endpoint supports"],
  ])("%i", async (status, advice) => {
    await using model = await startModelUnderTest();
    model.server.next(fails(status, "No."));
    await expect(model.author.plan(brief, signal)).rejects.toMatchObject({
      code: "refused",
      retryable: false,
      message: expect.stringMatching(new RegExp(`refused the request \\(${status}\\)\\. Reason: No\\. .*${advice}`)),
    });
    expect(model.server.requests).toHaveLength(1);
  });

  test("a content filter that stepped in", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says("---\nna", "content_filter"));
    await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("declined"),
    });
  });

  test("a model that declines", async () => {
    await using model = await startModelUnderTest();
    model.server.next((response) => {
      const message = { role: "assistant", content: null, refusal: "I cannot help with that" };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ choices: [{ message, finish_reason: "stop" }] }));
    });
    const error = { code: "refused", message: expect.stringContaining("I cannot help with that") };
    await expect(model.author.plan(brief, signal)).rejects.toMatchObject(error);
  });
});

test("no error has the API key in it, whatever the endpoint repeats", async () => {
  await using model = await startModelUnderTest({ maxRetries: 0 });
  for (const status of [401, 429, 500]) {
    model.server.next(fails(status, `Incorrect API key provided: ${secretKey}. Again: ${secretKey}`));
    const error = await model.author.plan(brief, signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuthorError);
    expect(error).toMatchObject({ message: expect.stringContaining("[API key]") });
    expect(JSON.stringify([String(error), (error as Error).stack, error, (error as Error).cause ?? null])).not.toContain(secretKey);
  }
});

describe("an aborted signal", () => {
  const reason = new Error("the lease is lost");

  test("before the step sends nothing", async () => {
    await using model = await startModelUnderTest();
    await expect(model.author.write(brief, plan, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(model.server.requests).toHaveLength(0);
  });

  test("in the middle of a stream ends the step with its reason, and the connection", async () => {
    await using model = await startModelUnderTest();
    const controller = new AbortController();
    const { promise: closed, resolve: close } = promiseOfNothing();
    model.server.next(
      streams(written, (response) => {
        response.on("close", close);
        setImmediate(() => controller.abort(reason));
      }),
    );
    await expect(model.author.write(brief, plan, controller.signal)).rejects.toBe(reason);
    await closed;
    expect(model.server.requests).toHaveLength(1);
  });

  test("before anything was said ends the step with its reason, and the connection", async () => {
    await using model = await startModelUnderTest();
    const controller = new AbortController();
    const { promise: closed, resolve: close } = promiseOfNothing();
    model.server.next((response) => {
      response.on("close", close);
      controller.abort(reason);
    });
    await expect(model.author.plan(brief, controller.signal)).rejects.toBe(reason);
    await closed;
  });

  test("in the wait before a retry ends the step at once with its reason", async () => {
    await using model = await startModelUnderTest();
    const controller = new AbortController();
    const { baseUrl } = model.server;
    // This one waits by the real timer, for 20 seconds.
    const author = modelAuthor({ baseUrl, apiKey: secretKey, model: "tide-1" });
    model.server.next((response, request) => {
      response.on("finish", () => setImmediate(() => controller.abort(reason)));
      fails(429, "", { headers: { "retry-after": "20" } })(response, request);
    });
    await expect(author.plan(brief, controller.signal)).rejects.toBe(reason);
  });
});

function saysNothingMore(): void {}

function promiseOfNothing(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A port where nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
