import { z } from "zod";

export const health = z.strictObject({ status: z.literal("ok") }).meta({ id: "Health" });

export const readiness = z
  .strictObject({
    status: z.literal("ready"),
    durability: z.enum(["database", "memory"]).describe("`memory`: jobs end with the server's process."),
  })
  .meta({ id: "Readiness" });
