import { readFile } from "node:fs/promises";
import { newId } from "../ids.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Database, Queryable } from "../postgres/database.ts";
import { listMigrations } from "../postgres/migrate.ts";
import { answerPrompt, deleteJob, insertJobs, insertPrompt, moveJob, revisePrompt, updateJobs } from "./release-before-the-queue.ts";

const who = { actor: "old", via: "api" } as const;

/** Brings an empty database to where an earlier release had it: the first `count` migrations. */
export async function migrateTo(count: number, database: Database): Promise<void> {
  await database.script(
    "create table skill_fleet_migrations (version integer primary key, name text not null, applied_at timestamptz(3) not null default now())",
  );
  for (const { version, name, file } of (await listMigrations()).slice(0, count)) {
    await database.script(await readFile(file, "utf8"));
    await database.query({ text: "insert into skill_fleet_migrations (version, name) values ($1, $2)" }, [version, name]);
  }
}

/** An instance of the release before the queue, as far as the database notices it. */
export class OldInstance {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(type: string, tags: readonly string[] = []): Promise<string> {
    const id = newId();
    const job = { id, type, task_description: "", user_context: {}, metadata: {}, tags, write_id: newId(), ...who };
    await this.#database.query({ text: insertJobs }, [JSON.stringify([job]), null]);
    return id;
  }

  /** Moves a job from any of these statuses; says whether it did. */
  async move(id: string, status: JobStatus, allowedFrom: readonly JobStatus[]): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      await lock(tx, id);
      const change = { status, fields: [], new_attempt: false, metadata_set: {}, metadata_unset: [], result: null };
      const event = { kind: status, data: {}, write_id: newId(), ...who };
      const rows = await tx.query({ text: updateJobs }, [JSON.stringify([{ id, allowed_from: allowedFrom, ...change, ...event }]), null]);
      return rows.length > 0;
    });
  }

  /** Opens a prompt, from a status in which that release does. */
  async ask(jobId: string): Promise<string> {
    const id = newId();
    await this.#database.transaction(async (tx) => {
      const status = await lock(tx, jobId);
      if (!["pending", "running", "pending_hitl"].includes(status ?? "")) return;
      const schema = JSON.stringify({ type: "object", properties: { ok: { type: "boolean" } } });
      const values = [id, jobId, null, "confirm", "Go on?", null, "null", schema, "digest", null, null, '"fail"', null, null];
      await tx.query({ text: insertPrompt }, values);
      await tx.query({ text: moveJob }, [jobId, "pending_hitl", null, "prompt_opened", "{}", who.actor, who.via, newId(), null]);
    });
    return id;
  }

  /** Gives an open prompt another title. */
  async revise(jobId: string, promptId: string, title: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await lock(tx, jobId);
      const values = [promptId, title, null, "null", '{"type":"object"}', "other digest", null, null, false, null, '"fail"', null];
      await tx.query({ text: revisePrompt }, values);
      await tx.query({ text: moveJob }, [jobId, "pending_hitl", null, "prompt_revised", "{}", who.actor, who.via, newId(), null]);
    });
  }

  /** Answers the prompts of a job that waits. */
  async answer(jobId: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      if ((await lock(tx, jobId)) !== "pending_hitl") return;
      const open = await tx.query<{ id: string }>({ text: "select id from prompts where job_id = $1 and status = 'open'" }, [jobId]);
      for (const { id } of open) await tx.query({ text: answerPrompt }, [id, '{"ok":true}', null, who.actor, who.via, null, "running"]);
      await tx.query({ text: moveJob }, [jobId, "running", null, "prompt_answered", "{}", who.actor, who.via, newId(), null]);
    });
  }

  /** Deletes a job that is pending or has ended. */
  async delete(id: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      if (["running", "pending_hitl"].includes((await lock(tx, id)) ?? "running")) return;
      for (const text of deleteJob) await tx.query({ text }, [id]);
    });
  }
}

async function lock(tx: Queryable, id: string): Promise<JobStatus | undefined> {
  const [row] = await tx.query<{ status: JobStatus }>({ text: "select * from jobs where id = $1 for update" }, [id]);
  return row?.status;
}
