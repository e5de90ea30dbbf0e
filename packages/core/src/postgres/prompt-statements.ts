import type { Statement } from "./database.ts";

/*
 * The statements about prompts. Where one takes a time, null stands for the database's clock.
 */

export const findPrompt: Statement = { name: "find_prompt", text: "select * from prompts where id = $1" };

/** The prompt, and whether its deadline has passed although it is open: judged now, not when the transaction began. */
export const findPromptToChange: Statement = {
  name: "find_prompt_to_change",
  text: `
    select *, (status = 'open' and expires_at <= coalesce($2::timestamptz, clock_timestamp())) is true as overdue
    from prompts where id = $1`,
};

/** `$2`: a type, or null for all. */
export const findOpenPrompts: Statement = {
  name: "find_open_prompts",
  text: "select * from prompts where job_id = $1 and status = 'open' and type = coalesce($2, type) order by created_at, id",
};

/** `$2`: a type, `$3`: the key of the response that won, or null for any. */
export const findLatestPrompt: Statement = {
  name: "find_latest_prompt",
  text: `
    select * from prompts
    where job_id = $1 and type = coalesce($2, type) and ($3::text is null or response_key = $3)
    order by created_at desc, id desc limit 1`,
};

/** The prompt that a repeated request opened before: by its id, or by its key while it is open. */
export const findKnownPrompt: Statement = {
  name: "find_known_prompt",
  text: `
    select * from prompts where id = $1
    union all
    select * from prompts where job_id = $2 and key = $3 and status = 'open' and id <> $1
    limit 1`,
};

/** For each of the keys `$3` the prompt that was opened last under it, while a worker has the job in run `$2`. */
export const findLatestOfKeys: Statement = {
  name: "find_latest_prompts_of_keys",
  text: `
    select p.* from unnest($3::text[]) as asked (key), jobs j, lateral (
      select * from prompts p where p.job_id = j.id and p.key = asked.key order by round desc limit 1
    ) p
    where j.id = $1 and j.run = $2::float8 and j.status = 'running' and j.worker_id is not null`,
};

/** The prompt of a job that was opened last under a key. */
export const findLatestOfKey: Statement = {
  name: "find_latest_prompt_of_key",
  text: "select * from prompts where job_id = $1 and key = $2 order by round desc limit 1",
};

/** The version that the answer to a prompt made of its job. */
export const findAnswerVersion: Statement = {
  name: "find_answer_version",
  text: "select version from job_events where job_id = $1 and kind = 'prompt_answered' and data->>'promptId' = $2::text",
};

/** By `now()`, which the index can use, unlike a clock that moves within the statement. */
export const findOverduePrompts: Statement = {
  name: "find_overdue_prompts",
  text: `
    select id, job_id from prompts
    where status = 'open' and expires_at <= coalesce($2::timestamptz, now())
    order by expires_at, id
    limit $1`,
};

export const insertPrompt: Statement = {
  name: "insert_prompt",
  text: `
    insert into prompts (
      id, job_id, key, type, title, body, data, response_schema, digest, assignee, due_at, on_expire,
      round, status, created_at, expires_at
    )
    select
      $1, $2, $3, $4, $5, $6, $7::jsonb, $8::json, $9, $10, $11::timestamptz, $12::jsonb,
      1 + coalesce((select max(round) from prompts where job_id = $2 and key = $3), 0),
      'open', at, at + $13::float8 * interval '1 millisecond'
    from (select coalesce($14::timestamptz, now()) as at) clock
    returning *`,
};

/** `$9`: whether the deadline changes, to `$10` milliseconds from now or to none. */
export const revisePrompt: Statement = {
  name: "revise_prompt",
  text: `
    update prompts set
      title = $2, body = $3, data = $4::jsonb, response_schema = $5::json, digest = $6,
      assignee = $7, due_at = $8::timestamptz,
      expires_at = case when $9 then coalesce($12::timestamptz, now()) + $10::float8 * interval '1 millisecond' else expires_at end,
      on_expire = $11::jsonb, revision = revision + 1
    where id = $1
    returning *`,
};

/** Ends an open prompt without anybody's answer. `$3`: the response that its deadline gives, or null. */
export const closePrompt: Statement = {
  name: "close_prompt",
  text: `
    update prompts set status = $2, response = $3::jsonb, closed_at = coalesce($4::timestamptz, now())
    where id = $1
    returning *`,
};

export const closePromptsOfJob: Statement = {
  name: "close_prompts_of_job",
  text: "update prompts set status = 'closed', closed_at = coalesce($2::timestamptz, now()) where job_id = $1 and status = 'open'",
};
