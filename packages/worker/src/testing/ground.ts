import type { Stage } from "./stage.ts";

/** What the tests of a worker stand on: a stage for each, and what the history of a job there says. */
export interface Ground {
  /** Opens a stage, and ends it with everything on it when the work is done. */
  using(work: (stage: Stage) => Promise<void>): Promise<void>;
  /** The kinds of a job's events on the stage of this test. */
  kindsOf(jobId: string): Promise<string[]>;
  /** The errors in a job's events on the stage of this test. */
  errorsOf(jobId: string): Promise<unknown[]>;
}

export function layGround(open: () => Promise<Stage>): Ground {
  let stage: Stage;
  const eventsOf = (jobId: string) => stage.fleet.jobs.events(jobId, { limit: 200 });
  return {
    using: async (work) => {
      stage = await open();
      try {
        await work(stage);
      } finally {
        await stage[Symbol.asyncDispose]();
      }
    },
    kindsOf: async (jobId) => (await eventsOf(jobId)).map(({ kind }) => kind),
    errorsOf: async (jobId) => (await eventsOf(jobId)).flatMap(({ data }) => data["error"] ?? []),
  };
}
