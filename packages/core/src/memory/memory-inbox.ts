import type { InboxEntry, InboxFilter } from "../prompts/prompt.ts";
import type { InboxPosition } from "../prompts/prompt-repository.ts";

export function matchesInbox(entry: InboxEntry, { jobId, type, jobType, userId, assignee, dueBefore }: InboxFilter): boolean {
  return (
    (jobId === undefined || entry.jobId === jobId) &&
    (type === undefined || entry.type === type) &&
    (jobType === undefined || entry.jobType === jobType) &&
    (userId === undefined || entry.userId === userId) &&
    (assignee === undefined || entry.assignee === assignee) &&
    (dueBefore === undefined || (entry.dueAt !== null && entry.dueAt < dueBefore))
  );
}

/** Due first, then oldest; what is not due at all comes last. */
export function inboxOrder(a: InboxPosition, b: InboxPosition): number {
  return (
    compare(a.dueAt?.getTime() ?? Number.POSITIVE_INFINITY, b.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) ||
    compare(a.createdAt.getTime(), b.createdAt.getTime()) ||
    compare(a.id, b.id)
  );
}

function compare<Value extends number | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
