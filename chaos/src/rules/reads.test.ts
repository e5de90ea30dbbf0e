import { expect, test } from "vitest";
import { buildCall, buildEvents, buildEvidence, showing } from "../testing/build-evidence.ts";
import { readsAreNotTooOld } from "./reads-are-not-too-old.ts";
import { readsFollowWritesOfTheirInstance } from "./reads-follow-writes-of-their-instance.ts";
import { readsReachTheVersionSaid } from "./reads-reach-the-version-said.ts";
import { versionsNeverGoBack } from "./versions-never-go-back.ts";

const stale = { stale: true };

test("a client that says what it has seen may see the same or a later version, or an old one that says so", () => {
  const calls = [
    buildCall({ outcome: showing(3) }),
    buildCall({ minVersion: 3, outcome: showing(3) }),
    buildCall({ minVersion: 3, outcome: showing(4) }),
    buildCall({ minVersion: 4, outcome: showing(1, stale) }),
    buildCall({ outcome: showing(2) }),
    buildCall({ client: 2, minVersion: 1, outcome: showing(2) }),
  ];
  expect(versionsNeverGoBack(buildEvidence(calls))).toEqual([]);
});

test("a version that goes back for a client that said what it has seen is noticed", () => {
  const calls = [buildCall({ action: "update", outcome: showing(3) }), buildCall({ minVersion: 2, outcome: showing(2) })];
  expect(versionsNeverGoBack(buildEvidence(calls))).toEqual([expect.stringContaining("showed version 2 of job after version 3")]);
});

test("a read below the version that it was asked for is noticed, unless it says that it is old", () => {
  const calls = [buildCall({ minVersion: 5, outcome: showing(4) }), buildCall({ minVersion: 5, outcome: showing(4, stale) })];
  expect(readsReachTheVersionSaid(buildEvidence(calls))).toEqual([expect.stringContaining("showed version 4 of job and was asked for 5")]);
});

test("a read on the instance of a write is noticed when it is older, and only when it began after the write had ended", () => {
  const write = buildCall({ at: 10, action: "update", outcome: showing(2) });
  const read = (at: number, instance = 1) => buildCall({ at, instance, outcome: showing(1) });
  expect(readsFollowWritesOfTheirInstance(buildEvidence([write, read(10.5), read(12, 2)]))).toEqual([]);
  expect(readsFollowWritesOfTheirInstance(buildEvidence([write, read(12)]))).toHaveLength(1);
});

test("a write whose reply shows no job has the version of its mark", () => {
  const write = buildCall({ at: 10, action: "open", mark: "prompt", outcome: { kind: "ok", jobs: [] } });
  const state = {
    events: buildEvents("created", ["prompt_opened", { promptId: "prompt" }]),
    prompts: [
      {
        id: "prompt",
        jobId: "job",
        key: null,
        status: "open" as const,
        response: null,
        expiresAt: null,
        respondedAt: null,
        closedAt: null,
      },
    ],
  };
  expect(readsFollowWritesOfTheirInstance(buildEvidence([write, buildCall({ at: 12, outcome: showing(1) })], state))).toHaveLength(1);
});

test("a read on another instance may be older for as long as copies are trusted, and no longer", () => {
  const write = buildCall({ at: 0, action: "update", outcome: showing(2) });
  const read = (at: number) => buildCall({ at, instance: 2, outcome: showing(1) });
  expect(readsAreNotTooOld(buildEvidence([write, read(2), read(101)]))).toEqual([]);
  expect(readsAreNotTooOld(buildEvidence([write, read(102)]))).toHaveLength(1);
});

test("time in which the instance of the read was held up does not count", () => {
  const write = buildCall({ at: 0, action: "update", outcome: showing(2) });
  const read = (at: number, instance: number) => buildCall({ at, instance, outcome: showing(1) });
  const holdUps = [{ instance: 2, fromMs: 50, toMs: 150 }];
  const problemsOf = (...reads: ReturnType<typeof read>[]) => readsAreNotTooOld({ ...buildEvidence([write, ...reads]), holdUps });
  expect(problemsOf(read(201, 2))).toEqual([]);
  expect(problemsOf(read(202, 2))).toHaveLength(1);
  expect(problemsOf(read(102, 3))).toHaveLength(1);
});

test("what somebody else has read counts as known", () => {
  const calls = [buildCall({ at: 0, outcome: showing(7) }), buildCall({ at: 200, client: 2, instance: 2, outcome: showing(6) })];
  expect(readsAreNotTooOld(buildEvidence(calls))).toHaveLength(1);
});
