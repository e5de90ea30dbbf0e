import type { Action, Call } from "../history/call.ts";
import type { Random } from "../random.ts";
import type { Board } from "./board.ts";
import type { Port, Waiting } from "./port.ts";

/** Of the one there are always jobs in the queue. Of the other hardly ever: a claim of it waits, and gets a job that starts with its creation. */
const jobTypes = { plenty: "plenty", rare: "rare" } as const;

type Reply = Awaited<ReturnType<Port["jobs"]["get"]>>;

/** Something that a client is about to do: what the history will say of it, and how it is done. */
export interface Move {
  readonly facts: Pick<Call, "action" | "jobId" | "promptId" | "run" | "workerId" | "ifVersion" | "minVersion" | "mark">;
  /** Does it, and returns the jobs of the reply. */
  perform(port: Port, waiting: Waiting): Promise<readonly Reply[]>;
}

export interface MoveMaker {
  readonly random: Random;
  readonly board: Board;
  readonly workerId: string;
  /** A mark that nothing else has. */
  readonly mark: string;
  /** The highest version of a job that this client has seen. */
  seen(jobId: string): number;
}

/** How often each move is made. */
export const weights: Readonly<Record<Action, number>> = {
  create: 4,
  get: 30,
  update: 12,
  cancel: 2,
  retry: 3,
  open: 5,
  respond: 10,
  inbox: 2,
  register: 0.5,
  claim: 12,
  progress: 10,
  complete: 4,
  fail: 2,
  release: 2,
  ask: 5,
};

/** Makes a move of this kind; undefined when there is nothing yet to make it with. */
export function makeMove(action: Action, maker: MoveMaker): Move | undefined {
  const { board, random, workerId } = maker;
  if (action === "create") return create(maker);
  if (action === "inbox") return inbox(maker);
  if (action === "claim") return claim(maker);
  if (action === "register") {
    return {
      facts: { action, workerId },
      perform: async (port, waiting) => port.worker.register({ workerId, types: Object.values(jobTypes) }, waiting).then(() => []),
    };
  }
  if (action === "respond") {
    const prompt = board.prompt(random);
    return prompt && respond(maker, prompt);
  }
  if (action in leaseMoves) {
    const lease = board.lease(random);
    return lease && leaseMoves[action as keyof typeof leaseMoves](maker, lease);
  }
  const jobId = board.job(random);
  return jobId === undefined ? undefined : jobMoves[action as keyof typeof jobMoves](maker, jobId);
}

function create({ random, board }: MoveMaker): Move {
  const id = random.uuid();
  const maxAttempts = random.between(1, 20);
  const type = random.chance(0.3) ? jobTypes.rare : jobTypes.plenty;
  return {
    facts: { action: "create", jobId: id, mark: id },
    perform: async (port, waiting) => {
      // Known before it is there, so that others meet it on its way.
      board.noteJob(id);
      return [await port.jobs.create({ id, type, maxAttempts }, waiting)];
    },
  };
}

function inbox({ board }: MoveMaker): Move {
  return {
    facts: { action: "inbox" },
    perform: async (port, waiting) => {
      const { prompts } = await port.hitl.inbox({ limit: 10 }, waiting);
      for (const prompt of prompts) board.notePrompt(prompt);
      return [];
    },
  };
}

function claim({ random, board, workerId }: MoveMaker): Move {
  const limit = random.between(1, 3);
  const [type, waitMs] = random.chance(0.5) ? [jobTypes.rare, random.between(1, 1_000)] : [jobTypes.plenty, 0];
  return {
    facts: { action: "claim", workerId },
    perform: async (port, waiting) => {
      const jobs = await port.worker.claim({ workerId, types: [type], limit, waitMs }, waiting);
      for (const { id: jobId, run } of jobs) board.noteLease({ jobId, run });
      return jobs;
    },
  };
}

function respond({ mark }: MoveMaker, { id: promptId, jobId }: { id: string; jobId: string }): Move {
  return {
    facts: { action: "respond", jobId, promptId, mark },
    perform: async (port, waiting) => port.hitl.respond(promptId, { mark }, { ...waiting, idempotencyKey: mark }).then(() => []),
  };
}

type JobMove = (maker: MoveMaker, jobId: string) => Move;

const jobMoves = {
  get: ({ random, seen }, jobId) => {
    const minVersion = random.chance(0.5) && seen(jobId) > 0 ? seen(jobId) : undefined;
    return {
      facts: { action: "get", jobId, minVersion },
      perform: async (port, waiting) => [await port.jobs.get(jobId, { ...waiting, minVersion })],
    };
  },
  update: ({ random, seen, mark }, jobId) => {
    const status = random.weighted({ none: 8, running: 2, pending: 2, completed: 0.5 });
    const ifVersion = random.chance(0.4) && seen(jobId) > 0 ? seen(jobId) : undefined;
    const result = status === "completed" ? { result: { mark } } : {};
    const change = { metadata: { [mark]: true }, ...(status !== "none" && { status }), ...result };
    return {
      facts: { action: "update", jobId, ifVersion, mark },
      perform: async (port, waiting) => [await port.jobs.update(jobId, change, { ...waiting, ifVersion })],
    };
  },
  cancel: ({ mark }, jobId) => ({
    facts: { action: "cancel", jobId, mark },
    perform: async (port, waiting) => [await port.jobs.cancel(jobId, { ...waiting, reason: mark })],
  }),
  retry: (_, jobId) => ({ facts: { action: "retry", jobId }, perform: async (port, waiting) => [await port.jobs.retry(jobId, waiting)] }),
  open: ({ random, board }, jobId) => {
    const id = random.uuid();
    const onExpire = random.weighted({ resume: 3, fail: 1 });
    const deadline = random.chance(0.3) ? { expiresInMs: random.between(100, 3_000), onExpire } : {};
    return {
      facts: { action: "open", jobId, promptId: id, mark: id },
      perform: async (port, waiting) => {
        await port.hitl.open(jobId, { id, type: "question", ...deadline }, waiting);
        board.notePrompt({ id, jobId });
        return [];
      },
    };
  },
} satisfies Record<string, JobMove>;

type LeaseMove = (maker: MoveMaker, lease: { readonly jobId: string; readonly run: number }) => Move;

const leaseMoves = {
  progress: ({ mark }, lease) => ({
    facts: { action: "progress", ...lease, mark },
    perform: async (port, waiting) => [await port.worker.progress({ ...lease, message: mark }, waiting)],
  }),
  complete: ({ mark }, lease) => ({
    facts: { action: "complete", ...lease, mark },
    perform: async (port, waiting) => [await port.worker.complete({ ...lease, result: { mark } }, waiting)],
  }),
  fail: ({ random, mark }, lease) => {
    const retryAfterMs = random.between(0, 300);
    return {
      facts: { action: "fail", ...lease, mark },
      perform: async (port, waiting) => [await port.worker.fail({ ...lease, error: mark, retryAfterMs }, waiting)],
    };
  },
  release: (_, lease) => ({
    facts: { action: "release", ...lease },
    perform: async (port, waiting) => [await port.worker.release(lease, waiting)],
  }),
  ask: ({ board, mark }, lease) => ({
    facts: { action: "ask", ...lease, mark },
    perform: async (port, waiting) => {
      const { prompts } = await port.worker.ask({ ...lease, prompts: [{ type: "question", key: mark }] }, waiting);
      for (const prompt of prompts) board.notePrompt(prompt);
      return [];
    },
  }),
} satisfies Record<string, LeaseMove>;
