import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const preload = new URL("../../dist/faults/shifted-clock.js", import.meta.url).href;
const program = `
  const made = structuredClone(new Date(5));
  console.log(JSON.stringify([Date.now(), new Date().getTime(), new Date(5).getTime(), made instanceof Date, Date.UTC(1970, 0, 1), performance.now()]));`;

test("a process whose clock is shifted is wrong about the time, and about nothing else", async () => {
  const offsetMs = -600_000;
  const env = { ...process.env, CHAOS_CLOCK_OFFSET_MS: String(offsetMs) };
  const before = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", preload, "-e", program], { env });
  const after = Date.now();
  const [now, fresh, fixed, isDate, epoch, monotonic] = JSON.parse(stdout) as [number, number, number, boolean, number, number];
  for (const time of [now, fresh]) {
    expect(time - offsetMs).toBeGreaterThanOrEqual(before);
    expect(time - offsetMs).toBeLessThanOrEqual(after);
  }
  expect([fixed, isDate, epoch]).toEqual([5, true, 0]);
  expect(monotonic).toBeLessThan(after - before);
});
