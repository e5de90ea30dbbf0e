import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFleet } from "../fleet.ts";
import { JobWriterProcess } from "../testing/job-writer-process.ts";
import { createDataDir } from "../testing/test-databases.ts";
import { lockDataDir } from "./data-dir-lock.ts";

test("a folder that this process has open cannot be opened again, until it lets go", async () => {
  await using dir = await createDataDir();
  const lock = lockDataDir(dir.path);
  expect(() => lockDataDir(dir.path)).toThrowError(expect.objectContaining({ code: "STORE_UNAVAILABLE" }));
  expect(() => lockDataDir(dir.path)).toThrow(`${dir.path} is in use by process ${process.pid}`);
  lock.release();
  lockDataDir(dir.path).release();
});

test("a folder that is not there is made", async () => {
  await using dir = await createDataDir();
  const lock = lockDataDir(join(dir.path, "new", "deep"));
  expect(existsSync(join(dir.path, "new", "deep", "lock"))).toBe(true);
  lock.release();
});

test("a folder that cannot be made is refused with its name", async () => {
  await using dir = await createDataDir();
  const file = join(dir.path, "file");
  writeFileSync(file, "");
  expect(() => lockDataDir(join(file, "below"))).toThrow(`Cannot write to the data directory ${join(file, "below")}`);
});

test.runIf(existsSync("/proc/self"))("a folder where none can be made is refused, and not tried for ever", () => {
  expect(() => lockDataDir("/proc/new/deep")).toThrow("Cannot write to the data directory /proc/new/deep");
});

test("a second process on the same folder ends with a message that names the folder and the first process", async () => {
  await using dir = await createDataDir();
  const persistence = { kind: "embedded", dataDir: dir.path } as const;
  await using first = new JobWriterProcess(persistence);
  await first.untilAcknowledged(0);
  await using second = new JobWriterProcess(persistence);
  const { exitCode, errors } = await second.untilEnded();
  expect(exitCode).toBe(1);
  expect(errors).toContain("STORE_UNAVAILABLE");
  expect(errors).toContain(`The data directory ${dir.path} is in use by process ${first.pid} on`);
  await first.untilAcknowledged(first.acknowledged.length + 1);
});

test("the lock file that kill -9 leaves behind locks nothing", async () => {
  await using dir = await createDataDir();
  const persistence = { kind: "embedded", dataDir: dir.path } as const;
  await using killed = new JobWriterProcess(persistence);
  await killed.untilAcknowledged(1);
  await killed.kill();
  const fleet = await openFleet({ persistence });
  const [id = ""] = killed.acknowledged;
  expect(await fleet.jobs.get(id)).toMatchObject({ id, status: "running" });
  await fleet.close();
});
