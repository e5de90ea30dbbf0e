import { describe, expect, test } from "vitest";
import { engines } from "./testing/engines.ts";
import { ServerProcess } from "./testing/server-process.ts";

describe.each(engines)("a server on $name", ({ open }) => {
  test("deletes jobs that ended longer ago than it keeps them, and says how many", async () => {
    await using engine = await open();
    // A tenth of a second, looked at every second.
    const retention = { SKILL_FLEET_RETENTION_DAYS: "failed=30,cancelled=0.000001", SKILL_FLEET_RETENTION_CRON: "* * * * * *" };
    await using server = await ServerProcess.start({ ...engine, environment: { ...engine.environment, ...retention } });
    expect(server.find(/Retention task started \(runs at "\* \* \* \* \* \*"\)/)).toHaveLength(1);
    const create = async () => (await server.request("POST", "/api/v2/jobs")).body.job_id;
    const [ended, living] = [await create(), await create()];
    expect((await server.request("POST", `/api/v2/jobs/${ended}/cancel`)).status).toBe(200);
    await server.waitForLine(/Deleted 1 job\(s\) that ended long ago/);
    expect((await server.request("GET", `/api/v2/jobs/${ended}`)).status).toBe(404);
    expect((await server.request("GET", `/api/v2/jobs/${living}`)).status).toBe(200);
  });
});
