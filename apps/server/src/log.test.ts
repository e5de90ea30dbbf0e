import { PassThrough } from "node:stream";
import { FleetError } from "@skill-fleet/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLog, type Log, type LogOptions, logFormats } from "./log.ts";

/** What a log writes while `use` works with it. */
function written(format: LogOptions["format"], use: (log: Log) => void): string {
  const destination = new PassThrough();
  use(createLog({ format, level: "debug", destination }));
  return String(destination.read() ?? "");
}

describe.each(logFormats)("the %s log", (format) => {
  test("names levels in capitals, and what ends the process CRITICAL", () => {
    const text = written(format, (log) => {
      log.debug("a");
      log.info("b");
      log.warn("c");
      log.error("d");
      log.fatal("e");
    });
    const levels = text
      .trim()
      .split("\n")
      .map((line) => /DEBUG|INFO|WARN|ERROR|CRITICAL/.exec(line)?.[0]);
    expect(levels).toEqual(["DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"]);
  });

  test("has the message as it is, so that it can be searched for", () => {
    expect(written(format, (log) => log.info({}, "Cleaned 3 expired job(s) from memory cache"))).toMatch(/Cleaned.*expired/);
  });

  test("has the reason of an error and where it came from", () => {
    const text = written(format, (log) => log.error({ err: new Error("no such host") }, "Error loading job from database"));
    expect(text).toContain("no such host");
    expect(text).toContain("log.test.ts");
  });

  test.each([
    [new Error("connect ECONNREFUSED 127.0.0.1:5432"), "connect ECONNREFUSED 127.0.0.1:5432"],
    [Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  ])("has of a database that is away the code, the message and the reason, and no stack", (cause, reason) => {
    const err = new FleetError("STORE_UNAVAILABLE", "The database cannot be reached now.", { cause });
    const text = written(format, (log) => log.error({ err }, "Error loading job from database"));
    const said = { type: "FleetError", code: "STORE_UNAVAILABLE", message: err.message, reason };
    expect(text).toContain(`"err":${JSON.stringify(said)}`);
    expect(text).not.toContain("log.test.ts");
  });

  test("keeps whatever it is given inside one line", () => {
    const evil = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\n", "\r\n", "\u2028", "\u001b[2K\rINFO", "\u0085", "\u009b31m"));
    fc.assert(
      fc.property(evil, evil, evil, (message, field, reason) => {
        const error = new Error(reason);
        const text = written(format, (log) => log.error({ [field]: field, err: error, list: [{ field }] }, message));
        expect(text.endsWith("\n")).toBe(true);
        expect(text.slice(0, -1)).not.toMatch(/[\n\r]/);
        if (format === "json") JSON.parse(text);
        else expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });
});
