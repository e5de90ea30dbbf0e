import type { JobDefinition, NewPromptOf, PromptName } from "@skill-fleet/client";
import type { Jsonify } from "type-fest";
import type { z } from "zod";
import type { WorkerLogger } from "./worker-logger.ts";

/** What a prompt of a definition shows. */
type DataOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = NewPromptOf<Definition, Name>["data"];

/** What a handler gets back from a person. */
export type AnswerOf<
  Definition extends JobDefinition,
  Name extends PromptName<Definition>,
> = Definition["prompts"][Name]["response"] extends z.ZodType ? z.output<Definition["prompts"][Name]["response"]> : Record<string, unknown>;

/** How a question is asked, beside what it shows. */
export type AskOptions<Definition extends JobDefinition, Name extends PromptName<Definition>> = Omit<
  NewPromptOf<Definition, Name>,
  "data" | "key" | "id" | "onExpire"
>;

/** A deadline that lets the handler go on without an answer. */
export type ResumingOptions<Definition extends JobDefinition, Name extends PromptName<Definition>> = AskOptions<Definition, Name> & {
  readonly expiresInMs: number;
  readonly onExpire: "resume";
};

/** A deadline that fails the job, or answers for the person. */
export type ClosingOptions<Definition extends JobDefinition, Name extends PromptName<Definition>> = AskOptions<Definition, Name> & {
  readonly onExpire?: Exclude<NewPromptOf<Definition, Name>["onExpire"], "resume">;
};

/** What came of a question that may expire. An expired question was declined by nobody: nobody said anything. */
export type Answer<Response> = { readonly status: "answered"; readonly response: Response } | { readonly status: "expired" };

/**
 * What a handler works with.
 *
 * A handler runs at least once: after a crash it starts from its beginning, and everything that it has
 * stored under a name is there already. So whatever has an effect, costs something, or can differ the next
 * time belongs in a `step`. Methods reject with {@link LeaseLostError} once the job is in other hands.
 * While the handler waits for a person or sleeps, it holds no lease and no slot, and whatever else it
 * asks of its context waits too.
 *
 * Its functions may be taken out of it (`const { step } = ctx`). A copy by `{ ...ctx }` has them, but neither `signal` nor `log`.
 */
export interface JobContext<Definition extends JobDefinition> {
  /** Ends when the handler should: its lease is lost, its job cancelled, its time over, its worker stopping. The reason says which. */
  readonly signal: AbortSignal;
  /** Which try of the job this is: 1 for the first. */
  readonly attempt: number;
  /** The worker's logger; every line names the job and its run. */
  readonly log: WorkerLogger;

  /**
   * Runs a piece of work once: its output is stored, and returned instead when the handler starts over. Until
   * the output is stored a crash lets the work run again. A name that is used again counts up: `#2`, `#3`.
   * What comes back is the output as JSON has it, the first time as well.
   */
  step<Output>(name: string, work: (signal: AbortSignal) => Output | Promise<Output>): Promise<Jsonify<Output>>;

  /**
   * Asks a person, and waits: minutes or months, over any number of restarts. Questions that are asked
   * together (`Promise.all`) are open together. Each use of a name is a question of its own.
   *
   * Rejects with {@link PromptWithdrawnError} when the question is withdrawn. With a deadline and `onExpire: "resume"` it
   * says whether somebody answered.
   */
  ask<const Name extends PromptName<Definition>>(
    name: Name,
    data: DataOf<Definition, Name>,
    options: ResumingOptions<Definition, Name>,
  ): Promise<Answer<AnswerOf<Definition, Name>>>;
  ask<const Name extends PromptName<Definition>>(
    name: Name,
    ...rest: undefined extends DataOf<Definition, Name>
      ? [data?: DataOf<Definition, Name>, options?: ClosingOptions<Definition, Name>]
      : [data: DataOf<Definition, Name>, options?: ClosingOptions<Definition, Name>]
  ): Promise<AnswerOf<Definition, Name>>;

  /** Says how far the work is: a percentage from 0 to 100, a word about it, and the part of the work that it is in. */
  progress(percent: number, message?: string, phase?: string): Promise<void>;

  /** Waits for any length of time, from when the sleep of this name first began. */
  sleep(name: string, ms: number): Promise<void>;

  /** Stores the state of a long loop, in place of the one before. */
  checkpoint(state: unknown): Promise<void>;

  /** The state that was stored last, by this attempt or one before; undefined when there is none. */
  lastCheckpoint<State>(): Promise<State | undefined>;
}
