import type { Asked, AskRequest, Prompt } from "@skill-fleet/client";
import type { JobLease } from "./job-lease.ts";
import type { WorkerBackend } from "./worker-backend.ts";

type Question = AskRequest["prompts"][number];

interface Waiting {
  readonly question: Question;
  resolve(prompt: Prompt): void;
  reject(error: unknown): void;
}

/** The questions of one handler. Those that are asked in the same tick go out, and are open, together. */
export class Questions {
  readonly #lease: JobLease;
  readonly #backend: Pick<WorkerBackend, "ask">;
  #unasked: Waiting[] = [];

  constructor(lease: JobLease, backend: Pick<WorkerBackend, "ask">) {
    this.#lease = lease;
    this.#backend = backend;
  }

  /** The prompt that stands for the question, once it has an outcome. */
  ask(question: Question): Promise<Prompt> {
    return new Promise((resolve, reject) => {
      if (this.#unasked.length === 0) setImmediate(() => void this.#askAll(this.#take()));
      this.#unasked.push({ question, resolve, reject });
    });
  }

  #take(): Waiting[] {
    const unasked = this.#unasked;
    this.#unasked = [];
    return unasked;
  }

  /** Asks, and again each time that the handler goes on, until everything has an outcome. */
  async #askAll(waiting: readonly Waiting[]): Promise<void> {
    let open = waiting;
    try {
      while (open.length > 0) {
        const { prompts } = await this.#askOnce(open.map(({ question }) => question));
        const asked = open;
        open = asked.filter((_, index) => prompts[index]?.status === "open");
        for (const [index, { resolve }] of asked.entries()) {
          const prompt = prompts[index];
          if (prompt !== undefined && prompt.status !== "open") resolve(prompt);
        }
      }
    } catch (error) {
      for (const { reject } of open) reject(error);
    }
  }

  #askOnce(prompts: readonly Question[]): Promise<Asked> {
    const { jobId } = this.#lease;
    return this.#lease.writeAndPark(
      (run) => this.#backend.ask({ jobId, run, prompts }),
      ({ isParked }) => isParked,
    );
  }
}
