import type { Job, JobEvent, Prompt } from "@skill-fleet/client";
import colors from "picocolors";
import { alignColumns, toLines, toOneLine } from "./terminal-text.ts";

const paint: Record<Job["status"], (text: string) => string> = {
  pending: colors.dim,
  running: colors.cyan,
  pending_hitl: colors.yellow,
  completed: colors.green,
  failed: colors.red,
  cancelled: colors.dim,
};

/** A job for a person: the fields that say something, one a line. */
export function presentJob(job: Job): string {
  return presentFields([
    ["job", job.id],
    ["status", job.status, paint[job.status]],
    ["type", job.type],
    ["task", job.taskDescription || null],
    ["input", jsonOf(job.input)],
    ["user", job.userId],
    ["context", jsonOf(job.userContext)],
    ["metadata", jsonOf(job.metadata)],
    ["phase", job.currentPhase],
    ["progress", `${job.progressPercent} %${job.progressMessage === null ? "" : `, ${job.progressMessage}`}`],
    ["tags", job.tags.join(", ") || null],
    ["result", jsonOf(job.result)],
    ["error", job.error],
    ["priority", job.priority === 0 ? null : String(job.priority)],
    ["worker", job.workerId],
    ["runs from", job.availableAt?.toISOString() ?? null],
    [
      "attempt",
      `${job.attempt} of ${job.maxAttempts}${job.attemptTimeoutMs === null ? "" : `, each of at most ${job.attemptTimeoutMs} ms`}`,
    ],
    ["deadline", job.deadlineAt?.toISOString() ?? null],
    ["version", String(job.version)],
    ["created", job.createdAt.toISOString()],
    ["started", job.startedAt?.toISOString() ?? null],
    ["ended", job.completedAt?.toISOString() ?? null],
    ["durability", job.durability === "memory" ? "memory: it ends with the server" : null],
    ["stale", job.stale ? "the database cannot be reached; this copy is from memory" : null],
  ]);
}

/** Jobs for a person: a table. */
export function presentJobs(jobs: readonly Job[]): string {
  const head = ["JOB", "STATUS", "TYPE", "PROGRESS", "CREATED", "TASK"].map((title) => colors.dim(title));
  const rows = jobs.map((job) => [
    job.id,
    paint[job.status](job.status),
    toOneLine(job.type),
    `${job.progressPercent} %`,
    job.createdAt.toISOString(),
    toOneLine(job.taskDescription.slice(0, 60)),
  ]);
  return alignColumns([head, ...rows]);
}

/** An event for a person: one line. */
export function presentEvent({ at, version, kind, actor, data }: JobEvent): string {
  const facts = Object.keys(data).length === 0 ? "" : `  ${toOneLine(JSON.stringify(data))}`;
  return `${colors.dim(at.toISOString())}  v${version}  ${kind} by ${toOneLine(actor)}${facts}`;
}

/** A prompt for a person, with the task of its job where that is known. */
export function presentPrompt(prompt: Prompt & { taskDescription?: string }): string {
  return presentFields([
    ["prompt", prompt.id],
    ["job", prompt.jobId],
    ["type", prompt.type],
    ["title", prompt.title],
    ...linesOf("body", prompt.body),
    ["data", jsonOf(prompt.data)],
    ["task", prompt.taskDescription || null],
    ["for", prompt.assignee],
    ["due", prompt.dueAt?.toISOString() ?? null],
    ["expires", prompt.expiresAt?.toISOString() ?? null],
    ["asked", prompt.createdAt.toISOString()],
  ]);
}

/** JSON in one line; null for what says nothing. */
function jsonOf(value: Job["input"]): string | null {
  const text = JSON.stringify(value);
  return text === "null" || text === "{}" ? null : text;
}

type Field = readonly [name: string, value: string | null, paint?: (text: string) => string];

/** A text of several lines, each under the one before: none can pass for another field. */
function linesOf(name: string, text: string | null): Field[] {
  if (text === null) return [];
  return toLines(text)
    .split("\n")
    .map((line, index) => [index === 0 ? name : "", line]);
}

/** The fields that have a value, one a line. */
function presentFields(fields: readonly Field[]): string {
  const asIs = (text: string) => text;
  return alignColumns(
    fields.flatMap(([name, value, color = asIs]) => (value === null ? [] : [[colors.dim(name), color(toOneLine(value))]])),
  );
}
