import { expect, test } from "vitest";
import { buildCall, buildEvents, buildEvidence, buildJob, buildPrompt, jobId, showing } from "../testing/build-evidence.ts";
import { deadlinesAreKept } from "./deadlines-are-kept.ts";
import { eventsAreOfTheTable } from "./events-are-of-the-table.ts";
import { placesAgree } from "./places-agree.ts";
import { promptsHaveOneWinner } from "./prompts-have-one-winner.ts";
import { runsFenceWrites } from "./runs-fence-writes.ts";

const claim = (run: number) => ["started", { workerId: "w", run }] as const;
const opened = ["prompt_opened", { promptId: "prompt" }] as const;
const answered = ["prompt_answered", { promptId: "prompt" }] as const;

test("a life of allowed moves, as its row says, is in order", () => {
  const events = buildEvents(
    "created",
    claim(1),
    opened,
    "prompt_revised",
    answered,
    ["resumed", { workerId: "w", run: 2 }],
    "failed",
    "retried",
    "cancelled",
  );
  const jobs = [buildJob({ status: "cancelled", version: 9 })];
  expect(eventsAreOfTheTable(buildEvidence([], { events, jobs }))).toEqual([]);
});

test("a move that the table does not know is noticed", () => {
  const events = buildEvents("created", "started", "completed", "cancelled");
  const jobs = [buildJob({ status: "cancelled", version: 4 })];
  expect(eventsAreOfTheTable(buildEvidence([], { events, jobs }))).toEqual([
    "version 4 of job (cancelled) goes from completed to cancelled",
  ]);
});

test("a final job that changes is noticed, and so is a second creation", () => {
  const jobs = [buildJob({ status: "failed", version: 3 })];
  expect(eventsAreOfTheTable(buildEvidence([], { events: buildEvents("created", "failed", "updated"), jobs }))).toHaveLength(1);
  const again = [buildJob({ status: "pending", version: 2 })];
  expect(eventsAreOfTheTable(buildEvidence([], { events: buildEvents("created", "created"), jobs: again }))).toHaveLength(1);
});

test("a version without an event, a row that is not what the events say, and events without a row are noticed", () => {
  const events = buildEvents("created", "started");
  expect(eventsAreOfTheTable(buildEvidence([], { events, jobs: [buildJob({ version: 3 })] }))).toHaveLength(1);
  expect(eventsAreOfTheTable(buildEvidence([], { events, jobs: [buildJob({ version: 2, status: "pending" })] }))).toHaveLength(1);
  expect(eventsAreOfTheTable(buildEvidence([], { events }))).toEqual(["job has events and no row"]);
});

test("a job with two open prompts runs on when both are settled", () => {
  const other = { promptId: "other" };
  const events = buildEvents("created", opened, ["prompt_opened", other], answered, ["prompt_withdrawn", other]);
  expect(eventsAreOfTheTable(buildEvidence([], { events, jobs: [buildJob({ version: 5 })] }))).toEqual([]);
});

test("a claim of a job that a worker has, or in a run that is not the next, is noticed", () => {
  expect(runsFenceWrites(buildEvidence([], { events: buildEvents("created", claim(1), "released", claim(2)) }))).toEqual([]);
  expect(runsFenceWrites(buildEvidence([], { events: buildEvents("created", claim(1), claim(2)) }))).toHaveLength(1);
  expect(runsFenceWrites(buildEvidence([], { events: buildEvents("created", claim(1), "released", claim(1)) }))).toHaveLength(1);
});

test("a write of a worker whose lease has ended is noticed", () => {
  const progress = ["updated", { progressMessage: "m" }] as const;
  const write = [buildCall({ action: "progress", run: 1, mark: "m", outcome: showing(3) })];
  expect(runsFenceWrites(buildEvidence(write, { events: buildEvents("created", claim(1), progress) }))).toEqual([]);
  expect(runsFenceWrites(buildEvidence(write, { events: buildEvents("created", claim(1), "attempt_failed", progress) }))).toHaveLength(1);
  expect(runsFenceWrites(buildEvidence([], { events: buildEvents("created", claim(1), ["completed", { run: 2 }]) }))).toHaveLength(1);
});

test("a run that two workers were given is noticed", () => {
  const claims = [1, 2].map((client) => buildCall({ client, action: "claim", outcome: showing(2, { run: 1 }) }));
  expect(runsFenceWrites(buildEvidence(claims))).toHaveLength(1);
});

test("a second accepted response, and an answer that is not in the history once, are noticed", () => {
  const prompts = [buildPrompt({ status: "answered", response: { mark: "m" } })];
  const respond = (mark: string) => buildCall({ action: "respond", promptId: "prompt", mark });
  const events = buildEvents("created", opened, answered);
  expect(promptsHaveOneWinner(buildEvidence([respond("m")], { prompts, events }))).toEqual([]);
  expect(promptsHaveOneWinner(buildEvidence([respond("m"), respond("n")], { prompts, events }))).toHaveLength(1);
  expect(promptsHaveOneWinner(buildEvidence([], { prompts }))).toHaveLength(1);
  expect(promptsHaveOneWinner(buildEvidence([respond("m")], { prompts: [buildPrompt()] }))).toHaveLength(1);
});

test("an answer after the deadline and an expiry before it are noticed", () => {
  const late = buildPrompt({ status: "answered", expiresAt: 10, respondedAt: 10 });
  const early = buildPrompt({ status: "expired", expiresAt: 10, closedAt: 9 });
  const fine = [
    buildPrompt({ status: "answered", expiresAt: 10, respondedAt: 9 }),
    buildPrompt({ status: "expired", expiresAt: 10, closedAt: 10 }),
  ];
  expect(deadlinesAreKept(buildEvidence([], { prompts: fine }))).toEqual([]);
  expect(deadlinesAreKept(buildEvidence([], { prompts: [late, early] }))).toHaveLength(2);
});

test("a job stands where its row says, and nowhere else", () => {
  const place = { jobId, type: "chaos", priority: 0, availableAt: "now" };
  const lease = { jobId, workerId: "w", run: 1 };
  const pending = buildJob({ status: "pending", availableAt: "now" });
  const held = buildJob({ workerId: "w", run: 1 });
  const asking = buildJob({ status: "pending_hitl" });
  const broken = (state: Parameters<typeof buildEvidence>[1]) => placesAgree(buildEvidence([], state)).length > 0;
  expect(broken({ jobs: [pending], queue: [place] })).toBe(false);
  expect(broken({ jobs: [held], leases: [lease] })).toBe(false);
  expect(broken({ jobs: [asking], prompts: [buildPrompt()] })).toBe(false);

  expect(broken({ jobs: [pending] })).toBe(true);
  expect(broken({ jobs: [pending], queue: [{ ...place, availableAt: "then" }] })).toBe(true);
  expect(broken({ jobs: [pending], queue: [place, place] })).toBe(true);
  expect(broken({ jobs: [held], leases: [{ ...lease, run: 2 }] })).toBe(true);
  expect(broken({ jobs: [held], leases: [lease], queue: [place] })).toBe(true);
  expect(broken({ jobs: [asking] })).toBe(true);
  expect(broken({ jobs: [buildJob()], prompts: [buildPrompt()] })).toBe(true);
  expect(broken({ queue: [place] })).toBe(true);
});
