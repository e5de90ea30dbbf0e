import { doublePrecision, integer, json, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Door } from "../actor.ts";
import type { JobEventKind } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Json, JsonObject } from "../json.ts";
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
});

export const jobEvents = pgTable(
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

export type JobRow = typeof jobs.$inferSelect;
export type JobEventRow = typeof jobEvents.$inferSelect;
export type PromptRow = typeof prompts.$inferSelect;
