import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import type { Door } from "../actor.ts";
import type { JobEventKind } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Json, JsonObject } from "../json.ts";
import type { StepKind } from "../leases/step.ts";
import type { OnExpire, PromptStatus } from "../prompts/prompt.ts";

/*
 * The tables as the queries see them. The migrations make them; a test compares the two.
 */

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const jobs = pgTable("jobs", {
  id: uuid().primaryKey(),
  type: text().notNull(),
  status: text().$type<JobStatus>().notNull(),
  user_id: text(),
  task_description: text().notNull(),
  input: jsonb().$type<Json>().notNull(),
  user_context: jsonb().$type<JsonObject>().notNull(),
  metadata: jsonb().$type<JsonObject>().notNull(),
  tags: text().array().notNull(),
  current_phase: text(),
  progress_percent: doublePrecision().notNull(),
  progress_message: text(),
  result: jsonb().$type<Json>(),
  error: text(),
  error_stack: text(),
  attempt: integer().notNull(),
  version: integer().notNull(),
  idempotency_key: text(),
  request_hash: text(),
  created_at: instant("created_at").notNull(),
  updated_at: instant("updated_at").notNull(),
  started_at: instant("started_at"),
  completed_at: instant("completed_at"),
  priority: smallint().notNull(),
  max_attempts: integer().notNull(),
  attempt_timeout_ms: doublePrecision(),
  deadline_at: instant("deadline_at"),
  available_at: instant("available_at"),
  run: integer().notNull(),
  worker_id: text(),
  parked_by: text(),
  wants_worker: boolean().notNull(),
  idempotency_scope: text().notNull(),
  idempotency_expires_at: instant("idempotency_expires_at"),
  /** The status of a job that neither the queue nor a worker has, unless it is completed. The database writes it. */
  resting_status: text()
    .$type<JobStatus>()
    .generatedAlwaysAs(sql`case when status <> 'completed' and available_at is null and worker_id is null then status end`),
});

const jobEvents = pgTable(
  "job_events",
  {
    job_id: uuid().notNull(),
    version: integer().notNull(),
    kind: text().$type<JobEventKind>().notNull(),
    data: jsonb().$type<JsonObject>().notNull(),
    actor: text().notNull(),
    via: text().$type<Door>().notNull(),
    write_id: uuid().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.job_id, table.version] })],
);

export const prompts = pgTable("prompts", {
  id: uuid().primaryKey(),
  job_id: uuid()
    .notNull()
    .references(() => jobs.id, { onDelete: "cascade" }),
  key: text(),
  round: integer().notNull(),
  type: text().notNull(),
  title: text(),
  body: text(),
  data: jsonb().$type<Json>().notNull(),
  response_schema: json().$type<JsonObject>(),
  digest: text().notNull(),
  revision: integer().notNull(),
  assignee: text(),
  due_at: instant("due_at"),
  expires_at: instant("expires_at"),
  on_expire: jsonb().$type<OnExpire>().notNull(),
  status: text().$type<PromptStatus>().notNull(),
  response: jsonb().$type<Json>(),
  response_key: text(),
  response_outcome: text().$type<JobStatus>(),
  responded_by: text(),
  responded_via: text().$type<Door>(),
  responded_at: instant("responded_at"),
  created_at: instant("created_at").notNull(),
  closed_at: instant("closed_at"),
});

export const jobQueue = pgTable("job_queue", {
  type: text().notNull(),
  priority: smallint().notNull(),
  available_at: instant("available_at").notNull(),
  job_id: uuid().notNull(),
  worker_id: text(),
  reserved_until: instant("reserved_until"),
});

export const jobLeases = pgTable(
  "job_leases",
  {
    worker_id: text().notNull(),
    job_id: uuid().notNull(),
    run: integer().notNull(),
    claim: bigint({ mode: "number" }).notNull(),
    deadline_at: instant("deadline_at"),
  },
  (table) => [primaryKey({ columns: [table.worker_id, table.job_id] })],
);

/** The tags of jobs in the order of lists. The database writes it when a job is inserted or deleted, begins to rest or goes on. */
export const jobTags = pgTable("job_tags", {
  tag: text().notNull(),
  created_at: instant("created_at").notNull(),
  job_id: uuid().notNull(),
  type: text().notNull(),
  user_id: text(),
  resting_status: text(),
  resting_tag: text().generatedAlwaysAs(sql`resting_status || ' ' || tag`),
});

const workers = pgTable("workers", {
  id: text().primaryKey(),
  types: text().array().notNull(),
  registered_at: instant("registered_at").notNull(),
  beat_at: instant("beat_at").notNull(),
});

const jobSteps = pgTable(
  "job_steps",
  {
    job_id: uuid()
      .notNull()
      .references(() => jobs.id, { onDelete: "cascade" }),
    kind: text().$type<StepKind>().notNull(),
    name: text().notNull(),
    output: jsonb().$type<Json>().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.job_id, table.kind, table.name] })],
);

/** Every table of the fleet. */
export const tables = [jobSteps, prompts, jobEvents, jobQueue, jobLeases, jobTags, workers, jobs] as const;

export type JobRow = typeof jobs.$inferSelect;
export type JobEventRow = typeof jobEvents.$inferSelect;
export type PromptRow = typeof prompts.$inferSelect;
