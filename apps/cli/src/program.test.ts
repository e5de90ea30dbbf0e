import { readFileSync } from "node:fs";
import { pageLimit, priorities } from "@skill-fleet/core";
import { createDataDir, type TestDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "./testing/run-command.ts";

let dir: TestDataDir;
beforeAll(async () => {
  dir = await createDataDir();
});
afterAll(() => dir[Symbol.asyncDispose]());

const run = (args: string[], environment: Record<string, string> = {}) => runCommand(args, { folder: dir.path, environment });

test("--version says which version the package has", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(await run(["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

describe("--help", () => {
  const commands: Record<string, string[]> = {
    "": ["serve", "db", "jobs", "hitl"],
    db: ["init", "status", "prune", "reset"],
    jobs: ["create", "get", "list", "cancel", "retry", "delete", "stats", "watch"],
    hitl: ["prompt", "answer", "respond", "withdraw", "inbox"],
  };
  const paths = Object.entries(commands).flatMap(([group, names]) => names.map((name) => `${group} ${name}`.trim()));

  test("of every command prints its usage and exits with 0; that of a group lists its commands", async () => {
    const results = await Promise.all(
      ["", ...paths].map(async (path) => ({ path, ...(await run([...path.split(" "), "--help"].filter(Boolean))) })),
    );
    for (const { path, stdout, stderr, exitCode } of results) {
      expect([path, exitCode, stderr]).toEqual([path, 0, ""]);
      expect(stdout).toContain(`Usage: skill-fleet ${path}`.trimEnd());
      const listed = [...(stdout.split("Commands:\n")[1]?.split("\n\n")[0] ?? "").matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
      expect(listed.filter((name) => name !== "help")).toEqual(commands[path] ?? []);
    }
  });
});

describe.concurrent("a command line that is wrong exits with 2 and prints nothing but the reason:", () => {
  type Wrong = [args: string[], reason: string];
  const id = "0190b300-0000-7000-8000-000000000000";

  test.each<Wrong>([
    [["brew"], "unknown command 'brew'"],
    [["jobs", "brew"], "unknown command 'brew'"],
    [["jobs", "list", "--brew"], "unknown option '--brew'"],
    [["jobs", "get"], "missing required argument 'job'"],
    [["jobs", "get", "7"], "It must be a UUID."],
    [["jobs", "watch", "7"], "It must be a UUID."],
    [["jobs", "get", id, id], "too many arguments for 'get'"],
    [["jobs", "list", "--limit", "ten"], `It must be a whole number from 1 to ${pageLimit.max}.`],
    [["jobs", "list", "--limit", "0"], `It must be a whole number from 1 to ${pageLimit.max}.`],
    [["hitl", "inbox", "--limit", String(pageLimit.max + 1)], `It must be a whole number from 1 to ${pageLimit.max}.`],
    [["jobs", "create", "--priority", String(priorities.min - 1)], `from ${priorities.min} to ${priorities.max}.`],
    [["jobs", "create", "--max-attempts", "0"], "It must be a whole number of at least 1."],
    [["jobs", "create", "--timeout", "1h"], "It must be a whole number of at least 1."],
    [["jobs", "create", "--run-at", "2026-01-31T12:00Z"], "It must be a date and time (ISO 8601), such as"],
    [["jobs", "create", "--run-at", "tomorrow"], "It must be a date and time (ISO 8601), such as"],
    [["jobs", "list", "--created-after", "2026-13-01T00:00:00Z"], "It must be a date and time (ISO 8601), such as"],
    [["jobs", "create", "--id", "7"], "It must be a UUID."],
    [["jobs", "cancel", id, "--if-version", "0"], "It must be a whole number of at least 1."],
    [["jobs", "list", "--status", "lost"], "Allowed choices are pending, running"],
    [["jobs", "create", "--input", "{"], "It must be JSON."],
    [["jobs", "create", "--metadata", "[]"], "It must be a JSON object."],
    [["hitl", "respond", id], "missing required argument 'response'"],
    [["hitl", "respond", id, "{}", "--prompt", "7"], "It must be a UUID."],
    [["hitl", "inbox", "--due-before", "noon"], "It must be a date and time (ISO 8601), such as"],
    [["serve", "--port", "http"], "It must be a whole number from 0 to 65535."],
    [["serve", "--port", "65536"], "It must be a whole number from 0 to 65535."],
    [["serve", "--host", "http://localhost"], "It must be an address or a name, such as"],
    [["serve", "--host", ""], "It must be an address or a name, such as"],
    ...[
      "localhost:8000",
      "ftp://localhost",
      "",
      "http://localhost?",
      "http://localhost#",
      "http://localhost ",
      "http://localhost?a",
      "http://ada:s3cret@localhost",
    ].map((url): Wrong => {
      return [["jobs", "list", "--url", url], "--url must be an address such as http://localhost:8000"];
    }),
    [["jobs", "list", "--api-key", "a\nb"], "--api-key must be of the characters that a header can carry"],
  ])("%j", async (args, reason) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("s3cret");
  });

  test("and is told to a program as JSON", async () => {
    const { exitCode, stdout, stderr } = await run(["jobs", "list", "--limit", "0", "--json"]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(JSON.parse(stderr).error).toMatchObject({ code: "USAGE", message: expect.stringMatching(/^option '--limit <n>' argument '0'/) });
  });
});

describe("an environment that is wrong", () => {
  const wrong = { SKILL_FLEET_PORT: "http", SKILL_FLEET_LOG_FORMAT: "xml", DATABASE_URL: "mysql://ada:s3cret@db/fleet" };

  test("exits with 78 and a line for every mistake at once, never with a password", async () => {
    const { exitCode, stdout, stderr } = await run(["serve"], wrong);
    expect([exitCode, stdout]).toEqual([78, ""]);
    const lines = stderr.trimEnd().split("\n").sort();
    expect(lines).toEqual([
      expect.stringMatching(/^skill-fleet: DATABASE_URL must be a URL such as postgres:/),
      expect.stringMatching(/^skill-fleet: SKILL_FLEET_LOG_FORMAT must be one of: text, json; it is "xml"$/),
      expect.stringMatching(/^skill-fleet: SKILL_FLEET_PORT must be a port.*; it is "http"$/),
    ]);
    expect(stderr).not.toContain("s3cret");
  });

  test("names half of a model by its variables, never with the key", async () => {
    const { exitCode, stdout, stderr } = await run(["serve"], { SKILL_FLEET_LLM_API_KEY: "sk-secret", SKILL_FLEET_LLM_MODEL: "tide-1" });
    expect([exitCode, stdout]).toEqual([78, ""]);
    expect(stderr).toBe(
      "skill-fleet: SKILL_FLEET_LLM_BASE_URL is missing; set it too, or no setting of a model, to write from a template\n",
    );
  });

  test.each([
    ["SKILL_FLEET_URL", "localhost:8000"],
    ["SKILL_FLEET_API_KEY", "a\nb"],
  ])("with %s=%j is so too for a command that talks to a server, unless its line says otherwise", async (name, value) => {
    const { exitCode, stdout, stderr } = await run(["jobs", "list"], { [name]: value });
    expect([exitCode, stdout]).toEqual([78, ""]);
    expect(stderr).toMatch(new RegExp(`^skill-fleet: ${name} must be .*\n$`));
    const nobody = await run(["jobs", "list", "--url", "http://localhost:1", "--api-key", "k"], { [name]: value });
    expect(nobody.exitCode).toBe(69);
  });

  test("is none because a variable is empty: that counts as absent", async () => {
    const { exitCode } = await run(["jobs", "list"], { SKILL_FLEET_URL: "", SKILL_FLEET_API_KEY: "" });
    expect(exitCode).not.toBe(78);
  });

  test("is told to a program as JSON", async () => {
    const { exitCode, stdout, stderr } = await run(["db", "status", "--json"], wrong);
    expect([exitCode, stdout]).toEqual([78, ""]);
    const { code, message } = JSON.parse(stderr).error;
    expect([code, message.split("\n").length]).toEqual(["CONFIG", 3]);
  });
});
