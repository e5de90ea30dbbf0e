import type { InboxEntry, Prompt } from "../prompts/prompt.ts";
import { promptDigest } from "../prompts/prompt-digest.ts";
import type { PromptRow } from "./schema.ts";

/** The prompt that a row holds. The status decides which member of the union it is; the writes keep the rest in step. */
export function promptFromRow(row: PromptRow): Prompt {
  const shown = { type: row.type, title: row.title, body: row.body, data: row.data, responseSchema: row.response_schema };
  return {
    id: row.id,
    jobId: row.job_id,
    key: row.key,
    round: row.round,
    ...shown,
    // A prompt that was opened before there were digests has none in its row.
    digest: row.digest || promptDigest(shown),
    revision: row.revision,
    assignee: row.assignee,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    onExpire: row.on_expire,
    status: row.status,
    response: row.response,
    respondedBy: row.responded_by,
    respondedVia: row.responded_via,
    respondedAt: row.responded_at,
    createdAt: row.created_at,
    closedAt: row.closed_at,
  } as Prompt;
}

/** An open prompt's row with the columns of its job that the inbox shows. */
export interface InboxRow extends PromptRow {
  readonly job_type: string;
  readonly user_id: string | null;
  readonly task_description: string;
}

export function inboxEntryFromRow(row: InboxRow): InboxEntry {
  return { ...promptFromRow(row), jobType: row.job_type, userId: row.user_id, taskDescription: row.task_description } as InboxEntry;
}
