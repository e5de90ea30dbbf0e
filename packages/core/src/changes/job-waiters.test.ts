import { expect, test } from "vitest";
import { JobWaiters } from "./job-waiters.ts";
import { LocalChangeFeed } from "./local-change-feed.ts";

const longMs = 60_000;

function open() {
  const feed = new LocalChangeFeed();
  return { feed, waiters: new JobWaiters(feed) };
}

test("a notice wakes those who wait for its job, and nobody else", async () => {
  const { feed, waiters } = open();
  const [one, two, other] = [waiters.listen("a"), waiters.listen("a"), waiters.listen("b")];
  let woken = false;
  const others = other.heard(longMs).then(() => {
    woken = true;
  });
  const both = Promise.all([one.heard(longMs), two.heard(longMs)]);
  feed.announce({ jobId: "a", version: 2 });
  await both;
  expect(woken).toBe(false);
  feed.announce({ jobId: "b", version: 2 });
  await others;
});

test("a notice that came between listening and waiting is heard", async () => {
  const { feed, waiters } = open();
  const ear = waiters.listen("a");
  feed.announce({ jobId: "a", version: 2 });
  await ear.heard(longMs);
});

test("a gap wakes everybody, and so does the end", async () => {
  const { feed, waiters } = open();
  const first = Promise.all([waiters.listen("a").heard(longMs), waiters.listen("b").heard(longMs)]);
  feed.gap();
  await first;
  const second = waiters.listen("a").heard(longMs);
  waiters.close();
  await second;
  await waiters.listen("a").heard(longMs);
  waiters.close();
  expect(waiters.isClosed).toBe(true);
});

test("time and the signal end the wait, and leave nothing on the signal", async () => {
  const { feed, waiters } = open();
  await waiters.listen("a").heard(1);
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...[type, listener, options]: Parameters<typeof add>) => {
    listeners.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (...[type, listener]: Parameters<typeof remove>) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  const woken = waiters.listen("a").heard(longMs, signal);
  feed.announce({ jobId: "a", version: 2 });
  await woken;
  expect(listeners.size).toBe(0);
  const aborted = waiters.listen("a").heard(longMs, signal);
  controller.abort();
  await aborted;
  await waiters.listen("a").heard(longMs, signal);
});
