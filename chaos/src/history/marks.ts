import type { EventRow, FinalState } from "./final-state.ts";

/** Where each mark of a call was found: the events that carry it. */
export function eventsByMark({ events, jobs, prompts }: FinalState): ReadonlyMap<string, readonly EventRow[]> {
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  const promptOf = new Map(prompts.map((prompt) => [prompt.id, prompt]));
  const found = new Map<string, EventRow[]>();
  for (const event of events) {
    const { data, kind, jobId } = event;
    const prompt = promptOf.get(String(data["promptId"]));
    const marks = new Set<unknown>([
      data["error"],
      data["progressMessage"],
      ...Object.keys((data["metadata"] as object | undefined) ?? {}),
    ]);
    if (kind === "created") marks.add(jobId);
    if (kind === "completed") marks.add(markIn(jobOf.get(jobId)?.result));
    if (kind === "prompt_opened") marks.add(prompt?.id).add(prompt?.key);
    if (kind === "prompt_answered") marks.add(markIn(prompt?.response));
    for (const mark of marks) {
      if (typeof mark === "string") found.set(mark, [...(found.get(mark) ?? []), event]);
    }
  }
  return found;
}

/** The mark in a value that a client made: `{ "mark": ... }`. */
export function markIn(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && "mark" in value ? String(value.mark) : undefined;
}
