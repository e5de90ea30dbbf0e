import pg from "pg";
import { describe, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { translateError } from "./translate-error.ts";

const withCode = (code: string) => Object.assign(new Error("raw"), { code });

describe("the store is unavailable", () => {
  test.each([
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ERR_STREAM_DESTROYED",
    "ERR_SOCKET_CLOSED",
    "ERR_SSL_BAD_RECORD_TYPE",
  ])("after the socket error %s", (code) => {
    expect(translateError(withCode(code)).code).toBe("STORE_UNAVAILABLE");
  });

  test.each(["08006", "28P01", "3D000", "40001", "40P01", "53100", "53300", "57014", "57P01", "57P03", "58030", "25006", "42501", "42P01"])(
    "after SQLSTATE %s",
    (code) => {
      expect(translateError(withCode(code)).code).toBe("STORE_UNAVAILABLE");
    },
  );

  test.each([
    "timeout exceeded when trying to connect",
    "Connection terminated unexpectedly",
    "Connection terminated due to connection timeout",
    "Client has encountered a connection error and is not queryable",
    "Cannot use a pool after calling end on the pool",
    "PGlite is closed",
    "Query read timeout",
  ])("when the driver says %j", (message) => {
    expect(translateError(new Error(message)).code).toBe("STORE_UNAVAILABLE");
  });

  test("when what pg itself throws for a client that is closed", async () => {
    const client = new pg.Client();
    await client.end();
    const error: unknown = await client.query("select 1").catch((thrown: unknown) => thrown);
    expect(translateError(error).code).toBe("STORE_UNAVAILABLE");
  });
});

test.each(["22003", "22P02", "22P05", "23502", "23514"])("SQLSTATE %s is the caller's fault", (code) => {
  expect(translateError(withCode(code)).code).toBe("INVALID_INPUT");
});

test.each(["42601", "42703", "XX000", "0A000", "ENOENT"])("%s is a fault of the fleet itself", (code) => {
  expect(translateError(withCode(code)).code).toBe("INTERNAL");
});

test("a fault in our own code is no lost connection", () => {
  expect(translateError(new TypeError("x is undefined")).code).toBe("INTERNAL");
  expect(translateError("text").code).toBe("INTERNAL");
});

test("an error of the fleet passes as it is", () => {
  const error = new FleetError("JOB_ACTIVE", "busy");
  expect(translateError(error)).toBe(error);
});

test("the raw error is the cause and never in the message", () => {
  const raw = Object.assign(new Error("duplicate key: (password=secret)"), { code: "23505" });
  const error = translateError(raw);
  expect(error.cause).toBe(raw);
  expect(error.message).toBe("The database cannot store this value.");
});
