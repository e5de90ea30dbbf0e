import { expect, test } from "vitest";
import { buildCall, buildEvents, buildEvidence, buildJob, jobId, refusedWith, showing, unanswered } from "../testing/build-evidence.ts";
import { callsHappenOnceOrNotAtAll } from "./calls-happen-once-or-not-at-all.ts";
import { guardsOfVersionsHold } from "./guards-of-versions-hold.ts";
import { jobsCompleteOnce } from "./jobs-complete-once.ts";
import { nothingAcknowledgedIsMissing } from "./nothing-acknowledged-is-missing.ts";
import { refusalsHaveAReason } from "./refusals-have-a-reason.ts";
import { versionsFollowTime } from "./versions-follow-time.ts";

const marked = (...marks: string[]) => buildEvents("created", ...marks.map((mark) => ["updated", { metadata: { [mark]: true } }] as const));
const update = { action: "update", mark: "m" } as const;

test("a call without a reply may have happened or not, but not twice", () => {
  const calls = [buildCall({ ...update, outcome: unanswered })];
  expect(callsHappenOnceOrNotAtAll(buildEvidence(calls, { events: marked() }))).toEqual([]);
  expect(callsHappenOnceOrNotAtAll(buildEvidence(calls, { events: marked("m") }))).toEqual([]);
  expect(callsHappenOnceOrNotAtAll(buildEvidence(calls, { events: marked("m", "m") }))).toEqual([
    expect.stringContaining("happened 2 times"),
  ]);
});

test("a refused call that happened is noticed, unless the client had repeated it", () => {
  const refused = { ...update, outcome: refusedWith("LEASE_LOST") };
  const state = { events: marked("m") };
  expect(callsHappenOnceOrNotAtAll(buildEvidence([buildCall(refused)], state))).toHaveLength(1);
  expect(callsHappenOnceOrNotAtAll(buildEvidence([buildCall({ ...refused, insists: true })], state))).toEqual([]);
});

test("an acknowledged write that is not there, or is another version than was said, is noticed", () => {
  const acknowledged = [buildCall({ ...update, outcome: showing(2) })];
  expect(nothingAcknowledgedIsMissing(buildEvidence(acknowledged, { events: marked("m") }))).toEqual([]);
  expect(nothingAcknowledgedIsMissing(buildEvidence(acknowledged, { events: marked("other") }))).toHaveLength(1);
  expect(nothingAcknowledgedIsMissing(buildEvidence(acknowledged, { events: marked("other", "m") }))).toHaveLength(1);
});

test("an acknowledged claim, release or retry must be an event of its kind at its version", () => {
  const claim = [buildCall({ action: "claim", outcome: showing(2) })];
  expect(nothingAcknowledgedIsMissing(buildEvidence(claim, { events: buildEvents("created", "started") }))).toEqual([]);
  expect(nothingAcknowledgedIsMissing(buildEvidence(claim, { events: buildEvents("created", "updated") }))).toHaveLength(1);
});

test("a created job that is gone is noticed", () => {
  const create = [buildCall({ action: "create", mark: jobId, outcome: showing(1) })];
  expect(nothingAcknowledgedIsMissing(buildEvidence(create, { events: buildEvents("created") }))).toEqual([]);
  expect(nothingAcknowledgedIsMissing(buildEvidence(create))).toHaveLength(1);
});

test("a change for one version that made another than the next is noticed", () => {
  expect(guardsOfVersionsHold(buildEvidence([buildCall({ ...update, ifVersion: 4, outcome: showing(5) })]))).toEqual([]);
  expect(guardsOfVersionsHold(buildEvidence([buildCall({ ...update, ifVersion: 4, outcome: showing(6) })]))).toHaveLength(1);
});

test("a later write that makes a lower version is noticed", () => {
  const write = (at: number, version: number) => buildCall({ ...update, at, outcome: showing(version) });
  expect(versionsFollowTime(buildEvidence([write(0, 2), write(0.5, 1), write(5, 3)]))).toEqual([]);
  expect(versionsFollowTime(buildEvidence([write(0, 2), write(5, 1)]))).toHaveLength(1);
});

test("a second completion, and one whose result is another's, are noticed", () => {
  const state = { events: buildEvents("created", "started", "completed"), jobs: [buildJob({ result: { mark: "m" } })] };
  const complete = (mark: string) => buildCall({ action: "complete", mark, run: 1, outcome: showing(3) });
  expect(jobsCompleteOnce(buildEvidence([complete("m")], state))).toEqual([]);
  expect(jobsCompleteOnce(buildEvidence([complete("m"), complete("n")], state))).toHaveLength(1);
  expect(jobsCompleteOnce(buildEvidence([], { events: buildEvents("created", "completed", "completed") }))).toHaveLength(1);
});

test("a fault of the fleet itself is no reason for a refusal", () => {
  const calls = ["INVALID_TRANSITION", "INTERNAL", "INVALID_INPUT", "UNEXPECTED_REPLY"].map((code) =>
    buildCall({ outcome: refusedWith(code) }),
  );
  expect(refusalsHaveAReason(buildEvidence(calls))).toHaveLength(3);
});
