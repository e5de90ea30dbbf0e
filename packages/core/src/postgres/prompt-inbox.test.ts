import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import type { InboxFilter } from "../prompts/prompt.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { fewWaiting } from "./prompt-inbox.ts";

let database: TestDatabase;
let fleet: Fleet;

/** Ada has a tenth of the jobs that wait, and of those of her a third are imports. Each has a prompt. */
const waitingCount = fewWaiting * 3;

beforeAll(async () => {
  database = await createTestDatabase();
  fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  await database.query(`
    with made as (
      select n, gen_random_uuid() as id, now() - n * interval '1 minute' as at from generate_series(1, ${waitingCount}) as n
    ),
    jobs as (
      insert into jobs (id, type, status, user_id, task_description, input, user_context, metadata, tags, progress_percent, attempt, version, created_at, updated_at)
      select id, case when n % 3 = 0 then 'import' else 'report' end, 'pending_hitl', case when n % 10 = 0 then 'ada' end,
        '', 'null', '{}', '{}', '{}', 0, 1, 1, at, at
      from made
    )
    insert into prompts (id, job_id, type, data, digest, status, assignee, due_at, created_at)
    select gen_random_uuid(), id, case when n % 2 = 0 then 'review' else 'confirm' end, '{}', 'digest', 'open', 'person ' || n % 4,
      case when n % 5 < 2 then now() + n % 100 * interval '1 hour' end, at
    from made`);
});

afterAll(async () => {
  await fleet.close();
  await database[Symbol.asyncDispose]();
});

interface Waiting {
  readonly id: string;
  readonly type: string;
  readonly assignee: string;
  readonly job_type: string;
  readonly user_id: string | null;
  readonly due_at: Date | null;
}

const fits = ({ type, assignee, jobType, userId, dueBefore }: InboxFilter, prompt: Waiting) =>
  (type === undefined || prompt.type === type) &&
  (assignee === undefined || prompt.assignee === assignee) &&
  (jobType === undefined || prompt.job_type === jobType) &&
  (userId === undefined || prompt.user_id === userId) &&
  (dueBefore === undefined || (prompt.due_at !== null && prompt.due_at < dueBefore));

async function readAll(filter: InboxFilter): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await fleet.prompts.inbox({ ...filter, limit: 200, cursor });
    ids.push(...page.prompts.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

test("every inbox has the prompts that a look at all of them finds, in their order, of few jobs that wait and of many", async () => {
  const all = (await database.query(`
    select p.*, j.type as job_type, j.user_id from prompts p join jobs j on j.id = p.job_id
    order by p.due_at nulls last, p.created_at, p.id`)) as Waiting[];
  const counts = [{ userId: "ada" }, { jobType: "report" }].map((filter) => all.filter((prompt) => fits(filter, prompt)).length);
  expect(counts[0]).toBeLessThan(fewWaiting);
  expect(counts[1]).toBeGreaterThan(fewWaiting);
  const dueBefore = new Date(Date.now() + 40 * 3_600_000);
  for (const type of [undefined, "review"]) {
    for (const assignee of [undefined, "person 2", "nobody"]) {
      for (const jobType of [undefined, "import", "report", "audit"]) {
        for (const userId of [undefined, "ada", "bob"]) {
          for (const filter of [
            { type, assignee, jobType, userId },
            { type, assignee, jobType, userId, dueBefore },
          ]) {
            const expected = all.filter((prompt) => fits(filter, prompt)).map(({ id }) => id);
            expect(await readAll(filter), JSON.stringify(filter)).toEqual(expected);
          }
        }
      }
    }
  }
});

test("the inbox of one job has its prompts if the job is of the user that is asked for", async () => {
  const [row] = (await database.query(
    "select p.id, p.job_id from prompts p join jobs j on j.id = p.job_id where j.user_id = 'ada' limit 1",
  )) as {
    id: string;
    job_id: string;
  }[];
  expect(await readAll({ jobId: row?.job_id, userId: "ada" })).toEqual([row?.id]);
  expect(await readAll({ jobId: row?.job_id, userId: "bob" })).toEqual([]);
});
