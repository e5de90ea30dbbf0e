import { expect, test } from "vitest";
import type { JobNotice } from "./change-feed.ts";
import { LocalChangeFeed } from "./local-change-feed.ts";

function listenTo(feed: LocalChangeFeed) {
  const heard: (JobNotice | "gap")[] = [];
  const unsubscribe = feed.subscribe({ onChange: (notice) => heard.push(notice), onGap: () => heard.push("gap") });
  return { heard, unsubscribe };
}

test("every listener hears a notice before announce returns", () => {
  const feed = new LocalChangeFeed();
  const [one, two] = [listenTo(feed), listenTo(feed)];
  feed.announce({ jobId: "a", version: 1 });
  feed.gap();
  expect([one.heard, two.heard]).toEqual(Array(2).fill([{ jobId: "a", version: 1 }, "gap"]));
  expect(feed.isLive).toBe(true);
});

test("a listener that has unsubscribed hears nothing more", () => {
  const feed = new LocalChangeFeed();
  const [one, two] = [listenTo(feed), listenTo(feed)];
  one.unsubscribe();
  feed.announce({ jobId: "a", version: 1 });
  expect(one.heard).toEqual([]);
  expect(two.heard).toHaveLength(1);
});

test("a feed that is closed, also twice, tells nobody anything", async () => {
  const feed = new LocalChangeFeed();
  const { heard } = listenTo(feed);
  await feed.close();
  await feed.close();
  feed.announce({ jobId: "a", version: 1 });
  expect(heard).toEqual([]);
});
