import type { Statement } from "./database.ts";
import { moving } from "./move-job.ts";

/**
 * Answers an open prompt and moves its job, and returns the job; no row when there is anything else to decide.
 *
 * Everything that happens to the prompts of a job makes a new version of the job, under its lock. So if the job, once it is
 * locked, still has the version that this statement sees, it sees all of its prompts as they are. If it
 * changed while it was waited for, it is left to a transaction that locks first.
 *
 * `$1`: the job. `$2`: the prompt, `$3`: its revision. `$4`: the response, `$5`: its key. `$6`, `$7`: who. `$8`: the write. `$9`: the time, or null.
 */
export const answerPrompt: Statement = {
  name: "answer_prompt",
  text: `
    with locked as materialized (
      select coalesce($9::timestamptz, clock_timestamp())::timestamptz(3) as at
      from (select version from jobs where id = $1 for update) job
      where version = (select seen.version from jobs seen where seen.id = $1)
    ),
    open as materialized (
      select
        p.digest, at,
        case when exists (select from prompts other where other.job_id = $1 and other.status = 'open' and other.id <> $2)
          then 'pending_hitl' else 'running' end as job_status
      from locked cross join lateral (select * from prompts p where p.id = $2) p
      where p.job_id = $1 and p.status = 'open' and p.revision = $3 and (p.expires_at <= at) is not true
    ),
    answered as (
      update prompts set
        status = 'answered', response = $4::jsonb, response_key = $5, responded_by = $6, responded_via = $7,
        responded_at = at, response_outcome = job_status
      from open
      where id = $2
    ),
    move as materialized (
      select
        job_status as status, 'prompt_answered' as kind, jsonb_build_object('promptId', $2::uuid, 'digest', digest) as data,
        $6::text as actor, $7::text as via, $8::uuid as write_id, null as error, at
      from open
    ),${moving}
    select * from moved`,
};
