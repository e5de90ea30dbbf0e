import type { Statement } from "./database.ts";

/** Reads a job as it is and keeps everyone else from changing it until the transaction ends. */
export const lockJob: Statement = { name: "lock_job", text: "select * from jobs where id = $1 for update" };
