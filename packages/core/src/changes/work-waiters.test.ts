import { expect, test } from "vitest";
import { LocalChangeFeed } from "./local-change-feed.ts";
import { type WorkEar, WorkWaiters } from "./work-waiters.ts";

const longMs = 60_000;

function open() {
  const feed = new LocalChangeFeed();
  return { feed, work: new WorkWaiters(feed), want: (wanted?: string) => feed.announce({ jobId: "j", version: 1, wanted }) };
}

/** Whether a notice has come since the ear was opened. */
async function hasHeard(ear: WorkEar): Promise<boolean> {
  const stop = new AbortController();
  const heard = ear.heard(longMs, stop.signal).then(() => true);
  const isAwake = await Promise.race([heard, new Promise<false>((resolve) => setImmediate(resolve, false))]);
  stop.abort();
  return isAwake;
}

test("one notice wakes the one that has listened longest for its type, and the next notice the next", async () => {
  const { work, want } = open();
  const [first, second, other] = [work.listen(["a", "b"]), work.listen(["a"]), work.listen(["b"])];
  want("a");
  await first.heard(longMs);
  expect(await Promise.all([first, second, other].map(hasHeard))).toEqual([true, false, false]);
  want("a");
  await second.heard(longMs);
  expect(await hasHeard(other)).toBe(false);
});

test("a change of a job that wants no worker wakes nobody", async () => {
  const { work, want } = open();
  const ear = work.listen(["a"]);
  want();
  expect(await hasHeard(ear)).toBe(false);
});

test("what is passed on wakes the next, and an ear that was closed is passed over", async () => {
  const { work, want } = open();
  const [first, closed, last] = [work.listen(["a"]), work.listen(["a"]), work.listen(["a"])];
  want("a");
  closed.close();
  first.close();
  work.passOn(["a"]);
  await last.heard(longMs);
});

test("an ear passes on what it has heard, and nothing else", async () => {
  const { work, want } = open();
  const [both, a, b] = [work.listen(["a", "b"]), work.listen(["a"]), work.listen(["b"])];
  both.passOn();
  want("b");
  both.close();
  both.passOn();
  await b.heard(longMs);
  expect(await hasHeard(a)).toBe(false);
});

test("an ear that is interrupted has heard nothing, and hears the next notice", async () => {
  const { work, want } = open();
  const [first, second] = [work.listen(["a"]), work.listen(["a"])];
  const heard = first.heard(longMs);
  first.interrupt();
  await heard;
  expect(await hasHeard(first)).toBe(false);
  want("a");
  expect(await Promise.all([first, second].map(hasHeard))).toEqual([true, false]);
});

test("a gap in the feed wakes everybody, because notices may have been missed", async () => {
  const { feed, work } = open();
  const ears = [work.listen(["a"]), work.listen(["b"])];
  const all = Promise.all(ears.map((ear) => ear.heard(longMs)));
  feed.gap();
  await all;
});

test("the signal of one who waits ends the wait without waking it", async () => {
  const { work } = open();
  const ear = work.listen(["a"]);
  const stop = new AbortController();
  const heard = ear.heard(longMs, stop.signal);
  stop.abort();
  await heard;
  expect(await hasHeard(ear)).toBe(false);
});

test("closing lets everybody go, and whoever listens afterwards does not wait", async () => {
  const { work } = open();
  const heard = work.listen(["a"]).heard(longMs);
  work.close();
  work.close();
  await heard;
  await work.listen(["a"]).heard(longMs);
});
