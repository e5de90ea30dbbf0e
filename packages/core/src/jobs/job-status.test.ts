import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { openFleet } from "../fleet.ts";
import type { JobChange } from "./job.ts";
import { activeStatuses, finalStatuses, isFinal, type JobStatus, jobStatuses, jobTransitions, sourcesOf, targetsOf } from "./job-status.ts";

describe("the transition table", () => {
  test("is this one", () => {
    const moves = jobStatuses.flatMap((from) => Object.entries(jobTransitions[from]).map(([to, verb]) => `${from} -> ${to} by ${verb}`));
    expect(moves).toEqual([
      "pending -> running by update",
      "pending -> pending_hitl by prompt",
      "pending -> failed by update",
      "pending -> cancelled by update",
      "running -> pending by update",
      "running -> pending_hitl by prompt",
      "running -> completed by update",
      "running -> failed by update",
      "running -> cancelled by update",
      "pending_hitl -> running by settle",
      "pending_hitl -> failed by update",
      "pending_hitl -> cancelled by update",
      "failed -> pending by retry",
      "cancelled -> pending by retry",
    ]);
  });

  test("lets a final job move by a retry only, and a completed one not at all", () => {
    for (const status of finalStatuses) expect(Object.values(jobTransitions[status]).every((verb) => verb === "retry")).toBe(true);
    expect(jobTransitions.completed).toEqual({});
  });

  test("leads to pending_hitl by prompts only, and from there to running by settling them only", () => {
    expect(sourcesOf("pending_hitl", "prompt")).toEqual(["pending", "running"]);
    for (const verb of ["update", "settle", "retry"] as const) expect(sourcesOf("pending_hitl", verb)).toEqual([]);
    expect(targetsOf("pending_hitl", "settle")).toEqual(["running"]);
    expect(targetsOf("pending_hitl", "update")).toEqual(["failed", "cancelled"]);
  });

  test("reads the same forwards and backwards", () => {
    for (const verb of ["update", "prompt", "settle", "retry"] as const) {
      for (const from of jobStatuses) {
        for (const to of jobStatuses) expect(targetsOf(from, verb).includes(to)).toBe(sourcesOf(to, verb).includes(from));
      }
    }
  });

  test("a status is either active or final", () => {
    expect([...activeStatuses, ...finalStatuses].toSorted()).toEqual(jobStatuses.toSorted());
    expect(activeStatuses.some(isFinal)).toBe(false);
  });
});

type Act = "pending" | "running" | "completed" | "failed" | "cancelled" | "prompt" | "respond" | "retry";

/** What the table says about an act: the status after it, or undefined when it forbids it. */
function expectedAfter(status: JobStatus, openPrompts: number, act: Act): JobStatus | undefined {
  if (act === "retry") return targetsOf(status, "retry")[0];
  if (act === "respond") return openPrompts === 0 ? undefined : openPrompts === 1 ? "running" : "pending_hitl";
  if (act === "prompt") return isFinal(status) ? undefined : "pending_hitl";
  const isMove = targetsOf(status, "update").includes(act);
  return isMove || (act === status && !isFinal(status)) ? act : undefined;
}

test("however a job walks, exactly the moves of the table are accepted, and a prompt is open exactly while it is pending_hitl", async () => {
  const { jobs, prompts } = await openFleet({ persistence: { kind: "memory" } });
  const acts = fc.array(
    fc.constantFrom<Act>(
      "pending",
      "running",
      "completed",
      "failed",
      "cancelled",
      "prompt",
      "prompt",
      "respond",
      "respond",
      "retry",
      "retry",
    ),
    { minLength: 1, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(acts, async (walk) => {
      const { job } = await jobs.create();
      const { id } = job;
      const open: string[] = [];
      const perform = async (act: Act) => {
        if (act === "retry") return jobs.retry(id);
        if (act === "prompt") return open.push((await prompts.open(id, { type: "question" })).prompt.id);
        if (act === "respond")
          return prompts
            .respondToJob(id, true)
            .catch((error) => (open.length > 1 ? prompts.respond(open[0] ?? "", true) : Promise.reject(error)));
        const change: JobChange = act === "failed" ? { status: act, error: "x" } : { status: act };
        return jobs.update(id, change);
      };
      let { status, version }: { status: JobStatus; version: number } = job;
      for (const act of walk) {
        const after = expectedAfter(status, open.length, act);
        const refusal = await perform(act).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect({ act, from: status, accepted: refusal === undefined }).toEqual({ act, from: status, accepted: after !== undefined });
        if (after === undefined) expect(FleetError.is(refusal) && refusal.jobId).toBe(id);
        else version += 1;
        status = after ?? status;
        if (act === "respond" && after !== undefined) open.shift();
        if (isFinal(status)) open.length = 0;
        expect(await jobs.get(id)).toMatchObject({ status, version });
        expect(open.length > 0).toBe(status === "pending_hitl");
      }
      expect((await jobs.events(id, { limit: 200 })).map((event) => event.version)).toEqual(
        Array.from({ length: version }, (_, n) => n + 1),
      );
    }),
    { numRuns: 300 },
  );
});
