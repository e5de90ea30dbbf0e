import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

describe("the configuration", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "skill-fleet-config-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (environment: Record<string, string> = {}) => readConfig({ environment, folder });
  const problemsOf = (environment: Record<string, string>) => {
    try {
      read(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  test("without a variable is an embedded database on port 8000 of this machine", () => {
    expect(read()).toEqual({
      persistence: { kind: "embedded", dataDir: join(folder, ".skill-fleet") },
      skillsRoot: join(folder, "skills"),
      host: "127.0.0.1",
      port: 8000,
      maxBodyBytes: 1_048_576,
      corsOrigins: [],
      memoryTtlMs: 3_600_000,
      leaseTimeoutMs: 30_000,
      cleanupCron: "*/5 * * * *",
      deadlineCron: "* * * * * *",
      retention: undefined,
      retentionCron: "0 * * * *",
      worker: { concurrency: 10 },
      llm: { baseUrl: undefined, apiKey: undefined, model: undefined },
      logFormat: "text",
      logLevel: "info",
      unknownVariables: [],
    });
  });

  test("an empty variable counts as absent", () => {
    expect(read({ DATABASE_URL: "", SKILL_FLEET_PORT: "" })).toEqual(read());
  });

  test("DATABASE_URL names a server, and memory mode wins over it", () => {
    const DATABASE_URL = "postgres://user:secret@db.example/jobs";
    expect(read({ DATABASE_URL }).persistence).toEqual({ kind: "server", url: DATABASE_URL, preparedStatements: "auto" });
    expect(read({ DATABASE_URL, SKILL_FLEET_PERSISTENCE: "memory" }).persistence).toEqual({ kind: "memory" });
  });

  test("a pooler before the database has a way past it, and a word about prepared statements", () => {
    const [DATABASE_URL, DATABASE_DIRECT_URL] = ["postgres://user@pool.example/jobs", "postgres://user@db.example/jobs"];
    expect(read({ DATABASE_URL, DATABASE_DIRECT_URL, SKILL_FLEET_PREPARED_STATEMENTS: "on" }).persistence).toEqual({
      kind: "server",
      url: DATABASE_URL,
      directUrl: DATABASE_DIRECT_URL,
      preparedStatements: "on",
    });
    const [problem] = problemsOf({ DATABASE_DIRECT_URL: "mysql://user:secret@db.example/jobs" });
    expect(problem).toMatch(/^DATABASE_DIRECT_URL must be a URL/);
    expect(problem).not.toContain("secret");
  });

  test("minutes and seconds may be fractions", () => {
    expect(read({ SKILL_FLEET_MEMORY_TTL_MINUTES: "0.5" }).memoryTtlMs).toBe(30_000);
    expect(read({ SKILL_FLEET_MEMORY_TTL_MINUTES: ".25" }).memoryTtlMs).toBe(15_000);
    expect(read({ SKILL_FLEET_LEASE_TIMEOUT_SECONDS: "1.5" }).leaseTimeoutMs).toBe(1_500);
  });

  test("the worker can be turned off, and may be given a model", () => {
    expect(read({ SKILL_FLEET_WORKER: "off" }).worker).toBeUndefined();
    expect(read({ SKILL_FLEET_WORKER_CONCURRENCY: "3" }).worker).toEqual({ concurrency: 3 });
    const baseUrl = "http://127.0.0.1:11434/v1";
    const model = { SKILL_FLEET_LLM_BASE_URL: baseUrl, SKILL_FLEET_LLM_API_KEY: "sk-1", SKILL_FLEET_LLM_MODEL: "tide-1" };
    expect(read(model).llm).toEqual({ baseUrl, apiKey: "sk-1", model: "tide-1" });
  });

  test("retention is a number of days, or one for each status", () => {
    expect(read({ SKILL_FLEET_RETENTION_DAYS: "completed=1,failed=2.5" }).retention).toEqual({
      completed: 86_400_000,
      failed: 216_000_000,
    });
  });

  test.each(["0 * * * *", "*/2 * * * * *"])("the cleanup may run at %s", (cron) => {
    expect(read({ SKILL_FLEET_CLEANUP_CRON: cron }).cleanupCron).toBe(cron);
  });

  test("origins are a list", () => {
    expect(read({ SKILL_FLEET_CORS_ORIGINS: "https://a.example, http://localhost:3000" }).corsOrigins).toEqual([
      "https://a.example",
      "http://localhost:3000",
    ]);
  });

  test("every mistake is reported at once, with the variable's name and what it may be", () => {
    const mistakes = {
      SKILL_FLEET_PERSISTENCE: "disk",
      SKILL_FLEET_PORT: "65536",
      SKILL_FLEET_MAX_BODY_BYTES: "0",
      SKILL_FLEET_CORS_ORIGINS: "a.example",
      SKILL_FLEET_MEMORY_TTL_MINUTES: "0",
      SKILL_FLEET_CLEANUP_CRON: "every minute",
      SKILL_FLEET_DEADLINE_CRON: "soon",
      SKILL_FLEET_RETENTION_DAYS: "completed=ever",
      SKILL_FLEET_RETENTION_CRON: "now and then",
      SKILL_FLEET_WORKER: "maybe",
      SKILL_FLEET_WORKER_CONCURRENCY: "0",
      SKILL_FLEET_LOG_FORMAT: "xml",
      SKILL_FLEET_LOG_LEVEL: "loud",
    };
    const problems = problemsOf(mistakes);
    expect(problems).toHaveLength(Object.keys(mistakes).length);
    for (const [name, value] of Object.entries(mistakes)) {
      expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^${name} must be .+; it is "${value}"$`)));
    }
  });

  test("a mistake in DATABASE_URL does not show it: it may hold a password", () => {
    const [problem] = problemsOf({ DATABASE_URL: "mysql://user:secret@db.example/jobs" });
    expect(problem).toMatch(/^DATABASE_URL must be a URL/);
    expect(problem).not.toContain("secret");
  });

  test("a name of the family that nobody reads is reported, and those of other programs are not", () => {
    expect(read({ SKILL_FLEET_PROT: "1", SKILL_FLEET_URL: "x", SKILL_FLEET_API_KEY: "y" }).unknownVariables).toEqual(["SKILL_FLEET_PROT"]);
  });

  test("the file .env stands below the environment, and overrides above it", () => {
    writeFileSync(join(folder, ".env"), "SKILL_FLEET_PORT=1\nSKILL_FLEET_HOST=::1\nSKILL_FLEET_LOG_LEVEL=debug\n");
    const environment = { SKILL_FLEET_PORT: "2", SKILL_FLEET_HOST: "0.0.0.0" };
    const config = readConfig({ environment, overrides: { SKILL_FLEET_PORT: "3" }, folder });
    expect([config.port, config.host, config.logLevel]).toEqual([3, "0.0.0.0", "debug"]);
    rmSync(join(folder, ".env"));
  });
});
