import { fileURLToPath } from "node:url";
import { publicHovers, silentHovers, unreadableHovers } from "@skill-fleet/client/testing";
import { describe, expect, test } from "vitest";

const hovers = publicHovers(fileURLToPath(new URL("..", import.meta.url)));

describe("what an editor shows", () => {
  test("is there for every export and every method", () => {
    const names = new Set(hovers.map(({ name }) => name));
    for (const name of ["createWorker", "Worker.handle", "WorkerOptions.concurrency", "JobContext.ask", "RetryAfterError.retryAfterMs"]) {
      expect(names).toContain(name);
    }
  });

  test("says in words what each of them is", () => {
    expect(silentHovers(hovers)).toEqual([]);
  });

  test("is short, and nowhere any", () => {
    expect(unreadableHovers(hovers)).toEqual([]);
  });

  test.each([
    ["createWorker", "function createWorker(options: WorkerOptions): Worker"],
    [
      "Worker.handle",
      "(method) Worker.handle<const Definition extends JobDefinition>(definition: Definition, handler: Handler<Definition>, options?: HandlerOptions): this",
    ],
    ["Worker.start", "(method) Worker.start(): Promise<void>"],
    ["Worker.stop", "(method) Worker.stop(options?: StopOptions): Promise<void>"],
    [
      "JobContext.step",
      "(method) JobContext<Definition extends JobDefinition>.step<Output>(name: string, work: (signal: AbortSignal) => Output | Promise<Output>): Promise<Jsonify<Output>>",
    ],
    [
      "JobContext.ask",
      "(method) JobContext<Definition extends JobDefinition>.ask<const Name extends PromptName<Definition>>(name: Name, data: DataOf<Definition, Name>, options: ResumingOptions<Definition, Name>): Promise<Answer<AnswerOf<Definition, Name>>> (+1 overload)",
    ],
    ["JobContext.sleep", "(method) JobContext<Definition extends JobDefinition>.sleep(name: string, ms: number): Promise<void>"],
    [
      "JobContext.lastCheckpoint",
      "(method) JobContext<Definition extends JobDefinition>.lastCheckpoint<State>(): Promise<State | undefined>",
    ],
  ])("of %s reads: %s", (name, signature) => {
    expect(hovers.filter((hover) => hover.name === name).map((hover) => hover.signature)).toContain(signature);
  });
});
