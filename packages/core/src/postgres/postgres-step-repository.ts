import type { NewStep, Step } from "../leases/step.ts";
import type { StepOutcome, StepRepository } from "../leases/step-repository.ts";
import type { Database, Statement } from "./database.ts";
import type { DatabaseTime } from "./time.ts";
import { WriteBatch } from "./write-batch.ts";

/**
 * Stores many steps, each if its writer has the job, and returns those. The lock on the job keeps its
 * lease from ending in between: whoever claims it next sees the step. Repeating it is harmless.
 */
const putSteps: Statement = {
  name: "put_steps",
  text: `
    with clock as materialized (
      select coalesce($2::timestamptz, clock_timestamp())::timestamptz(3) as at
    ),
    input as materialized (
      select * from json_to_recordset($1::json) as i (job_id uuid, run integer, kind text, name text, output jsonb)
    ),
    held as materialized (
      select i.* from jobs j join input i on i.job_id = j.id
      where j.run = i.run and j.worker_id is not null
      order by j.id
      for share of j
    )
    insert into job_steps (job_id, kind, name, output, at)
    select job_id, kind, name, coalesce(output, 'null'), clock.at from held, clock
    on conflict (job_id, kind, name) do update
      set output = case job_steps.kind when 'checkpoint' then excluded.output else job_steps.output end
    returning job_id, output, extract(epoch from (select at from clock) - at)::double precision * 1000 as age_ms`,
};

const listSteps: Statement = {
  name: "list_steps",
  text: "select kind, name, output from job_steps where job_id = $1 order by kind, name",
};

interface StoredRow {
  readonly job_id: string;
  readonly output: Step["output"];
  readonly age_ms: number;
}

/** Steps in PostgreSQL. Those that are stored in the same tick travel together. */
export class PostgresStepRepository implements StepRepository {
  readonly #database: Database;
  readonly #time: DatabaseTime;
  readonly #puts: WriteBatch<NewStep, StepOutcome>;

  constructor(database: Database, time: DatabaseTime) {
    this.#database = database;
    this.#time = time;
    this.#puts = new WriteBatch({
      keyOf: ({ jobId }) => jobId,
      flush: (steps) => this.#putAll(steps),
      // What happened before the reply was lost happens again without harm.
      settle: (steps) => this.#putAll(steps),
      maxInFlight: database.parallelWrites,
    });
  }

  put(step: NewStep): Promise<StepOutcome> {
    return this.#puts.add(step);
  }

  async list(jobId: string): Promise<Step[]> {
    return this.#database.query<Step>(listSteps, [jobId]);
  }

  async #putAll(steps: readonly NewStep[]): Promise<StepOutcome[]> {
    const input = steps.map(({ jobId, ...step }) => ({ job_id: jobId, ...step }));
    const rows = await this.#database.query<StoredRow>(putSteps, [JSON.stringify(input), this.#time()]);
    const rowOf = new Map(rows.map((row) => [row.job_id, row]));
    return steps.map(({ jobId }) => {
      const row = rowOf.get(jobId);
      return row === undefined ? { kind: "lost" } : { kind: "stored", output: row.output, ageMs: row.age_ms };
    });
  }
}
