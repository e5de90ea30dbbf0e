import { expect, test } from "vitest";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { NoticeSender } from "./notice-sender.ts";

test("a notice is sent as soon as it can be, and of failures in a row the first is reported", async () => {
  const logger = new RecordingLogger();
  const attempts: unknown[] = [];
  const sent = new Promise<void>((resolve) => {
    const send = async ([payload]: readonly string[]) => {
      attempts.push(payload);
      if (attempts.length < 3) throw new Error("no such host");
      resolve();
    };
    const sender = new NoticeSender({ origin: "here", send, logger });
    sender.add({ jobId: crypto.randomUUID(), version: 1 });
  });
  await sent;
  expect(attempts).toEqual([attempts[0], attempts[0], attempts[0]]);
  expect(logger.lines).toMatchObject([{ level: "warn", message: "Change notifications could not be sent; trying again until they can" }]);
});
