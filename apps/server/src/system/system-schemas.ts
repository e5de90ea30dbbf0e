import type { ChangeFeedStatus } from "@skill-fleet/core";
import { z } from "zod";

export const health = z.strictObject({ status: z.literal("ok") }).meta({ id: "Health" });

const changeFeed = z
  .strictObject({
    state: z
      .enum(["local", "live", "down"])
      .describe(
        "`live`: what other instances announce arrives. `down`: it may not; jobs are read from the database, and whoever waits looks every two seconds. `local`: there are no other instances.",
      ),
    since: z.date().describe("When the state began."),
    lagMs: z.number().nullable().describe("How long a notification took through the database and back when it was last tried."),
    gaps: z.int().describe("How often the feed went down since the process started."),
  } satisfies Record<keyof ChangeFeedStatus, z.ZodType>)
  .meta({ id: "ChangeFeed" });

export const readiness = z
  .strictObject({
    status: z.literal("ready"),
    durability: z.enum(["database", "memory"]).describe("`memory`: jobs end with the server's process."),
    changeFeed,
  })
  .meta({ id: "Readiness" });
