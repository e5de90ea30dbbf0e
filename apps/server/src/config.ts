import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Persistence, RetentionMs } from "@skill-fleet/core";
import { parse } from "dotenv";
import { z } from "zod";
import { isCronExpression } from "./cron/schedule.ts";
import { logFormats, logLevels } from "./log.ts";
import { readRetention, retentionWords } from "./retention-days.ts";

/** A variable's text, as something else. `expected` says what the variable may be. */
function variable<Value>(expected: string, read: (text: string) => Value | undefined) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: `must be ${expected}`, input: text });
    return z.NEVER;
  });
}

function oneOf<const Word extends string>(words: readonly Word[]) {
  return variable(`one of: ${words.join(", ")}`, (text) => words.find((word) => word === text));
}

function wholeNumber(from: number, to: number, expected = `a whole number from ${from} to ${to}`) {
  return variable(expected, (text) => (/^\d+$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined));
}

function amountOf(unit: "minutes" | "seconds") {
  return variable(`a number of ${unit} above 0; fractions are allowed`, readAmount);
}

function cronExpression(byDefault: string) {
  const expected = `a cron expression of five fields, or six with seconds first, such as "${byDefault}"`;
  return variable(expected, (text) => (isCronExpression(text) ? text : undefined)).prefault(byDefault);
}

/**
 * Every variable that the server reads, with its default. `docs/configuration.md` explains each;
 * a test compares the two.
 */
export const variables = z.object({
  DATABASE_URL: variable("a URL such as postgres://user:password@host:5432/database", readDatabaseUrl).optional(),
  DATABASE_DIRECT_URL: variable("a URL such as postgres://user:password@host:5432/database", readDatabaseUrl).optional(),
  SKILL_FLEET_PREPARED_STATEMENTS: oneOf(["auto", "on", "off"]).prefault("auto"),
  SKILL_FLEET_PERSISTENCE: oneOf(["database", "memory"]).prefault("database"),
  SKILL_FLEET_DATA_DIR: z.string().prefault(".skill-fleet"),
  SKILL_FLEET_SKILLS_ROOT: z.string().prefault("skills"),
  SKILL_FLEET_HOST: z.string().prefault("127.0.0.1"),
  SKILL_FLEET_PORT: wholeNumber(0, 65_535, "a port: a whole number from 0 (any free one) to 65535").prefault("8000"),
  SKILL_FLEET_MAX_BODY_BYTES: wholeNumber(1, 2 ** 30).prefault("1048576"),
  SKILL_FLEET_CORS_ORIGINS: variable('origins separated by commas, such as https://app.example.com, or "*" for any', readOrigins).prefault(
    "",
  ),
  SKILL_FLEET_MEMORY_TTL_MINUTES: amountOf("minutes").prefault("60"),
  SKILL_FLEET_LEASE_TIMEOUT_SECONDS: amountOf("seconds").prefault("30"),
  SKILL_FLEET_CLEANUP_CRON: cronExpression("*/5 * * * *"),
  SKILL_FLEET_DEADLINE_CRON: cronExpression("* * * * * *"),
  SKILL_FLEET_RETENTION_DAYS: variable(retentionWords, readRetention).optional(),
  SKILL_FLEET_RETENTION_CRON: cronExpression("0 * * * *"),
  SKILL_FLEET_WORKER: oneOf(["on", "off"]).prefault("on"),
  SKILL_FLEET_WORKER_CONCURRENCY: wholeNumber(1, 1_000).prefault("10"),
  SKILL_FLEET_LLM_BASE_URL: z.string().optional(),
  SKILL_FLEET_LLM_API_KEY: z.string().optional(),
  SKILL_FLEET_LLM_MODEL: z.string().optional(),
  SKILL_FLEET_LOG_FORMAT: oneOf(logFormats).prefault("text"),
  SKILL_FLEET_LOG_LEVEL: oneOf(logLevels).prefault("info"),
});

/** Variables of the same family that other programs read; the server leaves them alone. */
const foreignVariables = ["SKILL_FLEET_URL", "SKILL_FLEET_API_KEY"];

/** How a server is to run. */
export interface Config {
  readonly persistence: Persistence;
  /** The folder where finished skills are saved. */
  readonly skillsRoot: string;
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Origins whose pages may call the API; `*` for any. Empty: only pages of the server itself. */
  readonly corsOrigins: readonly string[];
  readonly memoryTtlMs: number;
  /** A worker that is silent for longer is taken for dead. */
  readonly leaseTimeoutMs: number;
  readonly cleanupCron: string;
  /** When to look for prompts and jobs whose deadline has passed, and for workers that died. */
  readonly deadlineCron: string;
  /** For how long jobs are kept after they ended; undefined: for ever. */
  readonly retention: RetentionMs | undefined;
  /** When to delete those that have had their time. */
  readonly retentionCron: string;
  /** The worker of the built-in job in the server's process; undefined when there is to be none. */
  readonly worker: { readonly concurrency: number } | undefined;
  /** The model that writes skills, as far as it is named. Whoever uses it checks it. */
  readonly llm: { readonly [Name in "baseUrl" | "apiKey" | "model"]: string | undefined };
  readonly logFormat: (typeof logFormats)[number];
  readonly logLevel: (typeof logLevels)[number];
  /** Names that look like variables of the server but are none: typing errors, as a rule. */
  readonly unknownVariables: readonly string[];
}

/** The environment has mistakes; `problems` has a line for each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

export interface ConfigSources {
  /** Variables that win over all others. Default: none. */
  readonly overrides?: Readonly<Record<string, string | undefined>>;
  /** Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where `.env` is, and where relative paths start. Default: the current directory. */
  readonly folder?: string;
}

/**
 * Reads the configuration from the environment and, below it, from the file `.env`. An empty
 * variable counts as absent.
 *
 * @throws {ConfigError} with every mistake at once
 */
export function readConfig({ overrides = {}, environment = process.env, folder = process.cwd() }: ConfigSources = {}): Config {
  const merged = { ...readDotenv(folder), ...environment, ...overrides };
  const present = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = variables.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => describeMistake(String(path[0]), message, present)));
  }
  const values = parsed.data;
  return {
    persistence: persistenceOf(values, folder),
    skillsRoot: resolve(folder, values.SKILL_FLEET_SKILLS_ROOT),
    host: values.SKILL_FLEET_HOST,
    port: values.SKILL_FLEET_PORT,
    maxBodyBytes: values.SKILL_FLEET_MAX_BODY_BYTES,
    corsOrigins: values.SKILL_FLEET_CORS_ORIGINS,
    memoryTtlMs: values.SKILL_FLEET_MEMORY_TTL_MINUTES * 60_000,
    leaseTimeoutMs: values.SKILL_FLEET_LEASE_TIMEOUT_SECONDS * 1_000,
    cleanupCron: values.SKILL_FLEET_CLEANUP_CRON,
    deadlineCron: values.SKILL_FLEET_DEADLINE_CRON,
    retention: values.SKILL_FLEET_RETENTION_DAYS,
    retentionCron: values.SKILL_FLEET_RETENTION_CRON,
    worker: values.SKILL_FLEET_WORKER === "on" ? { concurrency: values.SKILL_FLEET_WORKER_CONCURRENCY } : undefined,
    llm: { baseUrl: values.SKILL_FLEET_LLM_BASE_URL, apiKey: values.SKILL_FLEET_LLM_API_KEY, model: values.SKILL_FLEET_LLM_MODEL },
    logFormat: values.SKILL_FLEET_LOG_FORMAT,
    logLevel: values.SKILL_FLEET_LOG_LEVEL,
    unknownVariables: Object.keys(present).filter(isUnknown),
  };
}

function persistenceOf(values: z.output<typeof variables>, folder: string): Persistence {
  if (values.SKILL_FLEET_PERSISTENCE === "memory") return { kind: "memory" };
  const { DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl, SKILL_FLEET_PREPARED_STATEMENTS: preparedStatements } = values;
  if (url !== undefined) return { kind: "server", url, directUrl, preparedStatements };
  return { kind: "embedded", dataDir: resolve(folder, values.SKILL_FLEET_DATA_DIR) };
}

function readDotenv(folder: string): Record<string, string> {
  try {
    return parse(readFileSync(resolve(folder, ".env")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new ConfigError([`.env cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** A database URL may hold a password: what it was is not shown. */
function describeMistake(name: string, message: string, present: Record<string, string | undefined>): string {
  return /^DATABASE_\w*URL$/.test(name) ? `${name} ${message}` : `${name} ${message}; it is ${JSON.stringify(present[name])}`;
}

function isUnknown(name: string): boolean {
  return name.startsWith("SKILL_FLEET_") && !(name in variables.shape) && !foreignVariables.includes(name);
}

function readDatabaseUrl(text: string): string | undefined {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol) ? text : undefined;
}

function readAmount(text: string): number | undefined {
  return /^\d*\.?\d+$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

function readOrigins(text: string): string[] | undefined {
  const origins = text.split(",").map((origin) => origin.trim());
  if (text === "") return [];
  return origins.every((origin) => origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin)) ? origins : undefined;
}
