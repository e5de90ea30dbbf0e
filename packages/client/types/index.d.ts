import * as _trpc_server from '@trpc/server';
import { inferRouterOutputs, inferRouterInputs } from '@trpc/server';
import { z } from 'zod';

type Door = "api" | "cli" | "process";

/** Everything that can go wrong, by name. Each wire maps these to its own words in one table. */
declare const errorCodes: readonly ["INVALID_INPUT", "JOB_NOT_FOUND", "JOB_ALREADY_EXISTS", "JOB_ACTIVE", "JOB_LEASED", "LEASE_LOST", "INVALID_TRANSITION", "VERSION_MISMATCH", "IDEMPOTENCY_CONFLICT", "PROMPT_NOT_FOUND", "NO_OPEN_PROMPT", "SEVERAL_OPEN_PROMPTS", "PROMPT_ALREADY_ANSWERED", "PROMPT_CHANGED", "PROMPT_EXPIRED", "PROMPT_CLOSED", "STORE_UNAVAILABLE", "INTERNAL"];
/**
 * The name of a failure.
 *
 * - `INVALID_INPUT`: a value cannot be stored or is out of range; `details.errors` has the paths.
 * - `JOB_NOT_FOUND`: no job has this id (an id that is not a UUID never has one).
 * - `JOB_ALREADY_EXISTS`: a job with the id that the caller chose exists already.
 * - `JOB_ACTIVE`: a running or waiting job cannot be deleted; cancel it first.
 * - `JOB_LEASED`: a worker has the job, and only it may ask something now; `details.workerId` names it.
 * - `LEASE_LOST`: the writer does not have the job any more, or never had it: its run is not the current one. Nothing has changed.
 * - `INVALID_TRANSITION`: the transition table forbids the move; `details.allowed` has what it allows.
 * - `VERSION_MISMATCH`: the job changed since the caller read it; `details.version` is the current one.
 * - `IDEMPOTENCY_CONFLICT`: the key (or the id of a prompt) was used before with a different request.
 * - `PROMPT_NOT_FOUND`: no prompt has this id.
 * - `NO_OPEN_PROMPT`: the job waits for nobody.
 * - `SEVERAL_OPEN_PROMPTS`: the job has more than one open prompt; `details.promptIds` lists them.
 * - `PROMPT_ALREADY_ANSWERED`: another response won; `details.winner` is that response.
 * - `PROMPT_CHANGED`: the prompt shows something else than what the digest stands for; `details.prompt` is the current one.
 * - `PROMPT_EXPIRED`: the deadline has passed, whatever the response.
 * - `PROMPT_CLOSED`: the prompt was withdrawn, or its job ended; `details.promptStatus` says which.
 * - `STORE_UNAVAILABLE`: the database could not be reached, so nothing was acknowledged. Try again.
 * - `INTERNAL`: a fault of the fleet itself; the cause is for the log, never for a caller.
 */
type ErrorCode = (typeof errorCodes)[number];

/** Any value that JSON can carry. */
type Json = null | boolean | number | string | Json[] | JsonObject;
/** A JSON object. */
type JsonObject = {
    [key: string]: Json;
};

/**
 * Where a job is in its life.
 *
 * - `pending`: created or sent back, nobody works on it. In: creation, hand-back, retry. A crash changes nothing.
 * - `running`: somebody works on it. In: a start, or the end of its last open prompt.
 * - `pending_hitl`: it waits for a person. In: opening a prompt. Out: its last open prompt
 *   is answered, expires or is withdrawn, or the job ends. It has at least one open prompt, and no other status has one.
 * - `completed`: it succeeded and has a result. Final.
 * - `failed`: it ended with an error. Final, unless somebody retries it.
 * - `cancelled`: somebody stopped it. Final, unless somebody retries it.
 */
declare const jobStatuses: readonly ["pending", "running", "pending_hitl", "completed", "failed", "cancelled"];
type JobStatus = (typeof jobStatuses)[number];

/** What every job has, whatever its status. */
interface JobRecord {
    /** A UUID in lower case; version 7, unless the creator chose another. */
    readonly id: string;
    /** The name of the handler that the job needs. */
    readonly type: string;
    /** The person or account that the job belongs to; only a label, it grants nothing. */
    readonly userId: string | null;
    /** What is to be done, in words. */
    readonly taskDescription: string;
    /** What the handler works on. The fleet never looks inside. */
    readonly input: Json;
    /** What the creator knows about the user. The fleet never looks inside. */
    readonly userContext: JsonObject;
    /** Free labels for the creator's own use; updates merge into it key by key. */
    readonly metadata: JsonObject;
    /** Words to find the job by. */
    readonly tags: readonly string[];
    /** The part of the work that it is in, in words. */
    readonly currentPhase: string | null;
    /** From 0 to 100. */
    readonly progressPercent: number;
    readonly progressMessage: string | null;
    /** From -5 to 5: of the jobs that want a worker, those with a higher one are claimed first. */
    readonly priority: number;
    /** 1 for the first try, +1 with every retry, whether somebody asked for it or an attempt had failed. */
    readonly attempt: number;
    /** How many attempts the job may use before a failure is final. */
    readonly maxAttempts: number;
    /** How long one attempt may stay with a worker. Null: as long as the worker lives. */
    readonly attemptTimeoutMs: number | null;
    /** When the job fails unless it has ended. Null: never, or it has ended. */
    readonly deadlineAt: Date | null;
    /** From when on a worker may claim the job. Null: it wants no worker now. */
    readonly availableAt: Date | null;
    /** 0 before its first claim, +1 with every claim; never goes back. It fences the writes of its worker. */
    readonly run: number;
    /** The worker that has the job now. Null: none. */
    readonly workerId: string | null;
    /** 1 at creation, +1 with every visible change. */
    readonly version: number;
    readonly createdAt: Date;
    readonly updatedAt: Date;
    /** `memory` when the fleet runs without a database: this job ends with the process. */
    readonly durability: "database" | "memory";
    /** Present when the database could not be reached and this copy came from memory. */
    readonly stale?: true;
}
interface PendingJob extends JobRecord {
    readonly status: "pending";
    readonly result: null;
    readonly error: null;
    readonly errorStack: null;
    readonly startedAt: null;
    readonly completedAt: null;
}
interface ActiveJob extends JobRecord {
    readonly status: "running" | "pending_hitl";
    readonly result: null;
    readonly error: null;
    readonly errorStack: null;
    /** When it first left `pending`, by work or by a question. */
    readonly startedAt: Date;
    readonly completedAt: null;
}
interface CompletedJob extends JobRecord {
    readonly status: "completed";
    readonly result: Json;
    readonly error: null;
    readonly errorStack: null;
    readonly startedAt: Date;
    readonly completedAt: Date;
}
interface FailedJob extends JobRecord {
    readonly status: "failed";
    readonly result: null;
    /** Why it failed, in words. */
    readonly error: string;
    readonly errorStack: string | null;
    readonly startedAt: Date | null;
    readonly completedAt: Date;
}
interface CancelledJob extends JobRecord {
    readonly status: "cancelled";
    readonly result: null;
    /** Why it was cancelled, when somebody said so. */
    readonly error: string | null;
    readonly errorStack: null;
    readonly startedAt: Date | null;
    readonly completedAt: Date;
}
/** One piece of long work. Its `status` decides what else it has. */
type Job$1 = PendingJob | ActiveJob | CompletedJob | FailedJob | CancelledJob;
declare const jobEventKinds: readonly ["created", "updated", "started", "resumed", "released", "slept", "attempt_failed", "completed", "failed", "cancelled", "retried", "prompt_opened", "prompt_revised", "prompt_answered", "prompt_expired", "prompt_withdrawn"];
/**
 * What happened to a job at one version.
 *
 * A claim makes `started` of a pending job and `resumed` of one that a settled prompt or a finished sleep
 * sent back to the queue; `attempt_failed` has the error of an attempt after which there is another.
 */
type JobEventKind = (typeof jobEventKinds)[number];
/** One line of a job's history: there is exactly one for every version. */
interface JobEvent$1 {
    readonly jobId: string;
    readonly version: number;
    readonly kind: JobEventKind;
    /** What changed; its keys are those of the change. */
    readonly data: JsonObject;
    readonly actor: string;
    readonly via: Door;
    readonly at: Date;
}
/** One page of a list, newest first. */
interface JobPage$1 {
    readonly jobs: readonly Job$1[];
    /** Hand it back to get the page after this one; null when this is the last. */
    readonly nextCursor: string | null;
}
/** How long the completed jobs took from start to end, in milliseconds. */
interface JobDurations {
    readonly averageMs: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
}
/** Counts over all jobs that the store holds. */
interface JobStats$1 {
    readonly total: number;
    readonly byStatus: Readonly<Record<JobStatus, number>>;
    readonly byType: readonly {
        readonly type: string;
        readonly total: number;
    }[];
    /** Completed jobs among those that ended, from 0 to 1; null while none has ended. */
    readonly completionRate: number | null;
    /** Null while none has completed. */
    readonly durations: JobDurations | null;
}

/**
 * What the deadline of a prompt does when nobody has answered by then.
 *
 * - `fail`: the job fails.
 * - `resume`: the job runs on and sees that the prompt has expired.
 * - `{ response }`: the job runs on with this response, which must fit the prompt's schema.
 */
type OnExpire = "fail" | "resume" | {
    readonly response: Json;
};
/** What a person is shown. A prompt's digest is made of this and its type. */
interface PromptContent {
    readonly title: string | null;
    readonly body: string | null;
    /** What the person is to look at. */
    readonly data: Json;
    /** JSON Schema (draft 2020-12) that a response must fit. Null: any response will do. */
    readonly responseSchema: JsonObject | null;
}
interface PromptRecord extends PromptContent {
    readonly id: string;
    readonly jobId: string;
    /** Names the question within its job, so that asking it again finds it. Null: it has no name. */
    readonly key: string | null;
    /** 1 for the first prompt that its job opened under this key, +1 with each later one. */
    readonly round: number;
    /** What kind of question it is, e.g. `confirm`; any word. */
    readonly type: string;
    /** Stands for what the person is shown: it changes exactly when that changes. */
    readonly digest: string;
    /** 1 when opened, +1 with each revision. */
    readonly revision: number;
    /** Who should answer; only a label, anybody may. */
    readonly assignee: string | null;
    /** When an answer is wanted; the inbox is sorted by it. Nothing happens when it passes. */
    readonly dueAt: Date | null;
    /** The deadline: from then on no response is taken, and `onExpire` happens. Null: it waits for ever. */
    readonly expiresAt: Date | null;
    readonly onExpire: OnExpire;
    readonly createdAt: Date;
}
/** That nobody has answered. */
interface Unanswered {
    readonly respondedBy: null;
    readonly respondedVia: null;
    readonly respondedAt: null;
}
interface OpenPrompt$1 extends PromptRecord, Unanswered {
    readonly status: "open";
    readonly response: null;
    readonly closedAt: null;
}
interface AnsweredPrompt extends PromptRecord {
    readonly status: "answered";
    readonly response: Json;
    /** Who answered, from the credentials. */
    readonly respondedBy: string;
    readonly respondedVia: Door;
    readonly respondedAt: Date;
    readonly closedAt: null;
}
interface ExpiredPrompt extends PromptRecord, Unanswered {
    readonly status: "expired";
    /** The response that `onExpire` names, if it names one: nobody gave it. */
    readonly response: Json;
    readonly closedAt: Date;
}
interface ClosedPrompt extends PromptRecord, Unanswered {
    readonly status: "withdrawn" | "closed";
    readonly response: null;
    readonly closedAt: Date;
}
/** One question to a person, opened by a job. */
type Prompt$1 = OpenPrompt$1 | AnsweredPrompt | ExpiredPrompt | ClosedPrompt;
/** When an answer is wanted, from whom, and what happens without one. */
interface PromptTerms {
    readonly assignee?: string | null | undefined;
    readonly dueAt?: Date | null | undefined;
    /** The deadline, counted by the database's clock from when this is written. Null: none. */
    readonly expiresInMs?: number | null | undefined;
    /** Default: `fail`. */
    readonly onExpire?: OnExpire | undefined;
}
/** What a prompt is opened with. */
interface NewPrompt$1 extends PromptTerms {
    /** A UUID of the caller's choice, which makes it safe to ask again. Default: a new UUIDv7. */
    readonly id?: string | undefined;
    readonly type: string;
    /** Names the question within its job: while it is open, asking it again returns it. Default: it has no name. */
    readonly key?: string | null | undefined;
    readonly title?: string | null | undefined;
    readonly body?: string | null | undefined;
    /** Default: null. */
    readonly data?: Json | undefined;
    /** Default: that of the kind, if `type` is one of the built-in kinds; else none. */
    readonly responseSchema?: JsonObject | null | undefined;
}
/** An open prompt with what a person needs to know about its job. */
interface InboxEntry extends OpenPrompt$1 {
    readonly jobType: string;
    readonly userId: string | null;
    readonly taskDescription: string;
}
/** One page of the inbox: what is due first comes first, then the oldest. */
interface InboxPage$1 {
    readonly prompts: readonly InboxEntry[];
    readonly nextCursor: string | null;
}
/** What the winner of a prompt is told; a repetition of the winning response is told the same. */
interface ResponseReceipt$1 {
    readonly status: "accepted";
    readonly promptId: string;
    readonly jobId: string;
    /** What the response made of the job: `running`, or `pending_hitl` while other prompts are open. */
    readonly jobStatus: JobStatus;
}

/** A job in a worker's hands: it runs, and `run` fences every write of that worker. */
interface LeasedJob extends JobRecord {
    readonly status: "running";
    readonly workerId: string;
}
/** That a worker has a job, as the store sees it. */
interface Lease {
    readonly jobId: string;
    readonly run: number;
    /** The number that the worker gave to the claim. */
    readonly claim: number;
}
/** A lease that a worker believes to have and has not. `status` is that of its job; undefined when the job is gone. */
interface LostLease {
    readonly jobId: string;
    readonly status: JobStatus | undefined;
}
/** What a worker is to know of a fleet. */
interface WorkerTerms {
    /** How often a worker should beat. */
    readonly heartbeatIntervalMs: number;
    /** A worker that was silent for longer is taken for dead, and its jobs go to others. */
    readonly leaseTimeoutMs: number;
}
/** Which jobs a worker wants. */
interface ClaimRequest {
    readonly workerId: string;
    /** The types that it has handlers for. */
    readonly types: readonly string[];
    /** From 1 to 200. Default: 1. */
    readonly limit?: number | undefined;
    /** A number of the worker's own for this claim, larger with each: leases of a claim whose reply was lost are known by it. Default: 0. */
    readonly claim?: number | undefined;
    /** How long to wait for the first job when there is none. Default: not at all. */
    readonly waitMs?: number | undefined;
}
/** A worker that lives. */
interface HeartbeatRequest {
    readonly workerId: string;
    readonly types: readonly string[];
    /** The jobs that it believes to have. Default: none. */
    readonly held?: readonly string[] | undefined;
}
/** What a worker has, by the store. */
interface Heartbeat {
    /** Every lease of the worker. One that it does not know of comes from a claim whose reply was lost: release it. */
    readonly leases: readonly Lease[];
    /** Of the jobs that it believes to have, those that it has not. */
    readonly lost: readonly LostLease[];
}
/** What names a lease: which job, in which run. */
interface LeaseAddress {
    readonly jobId: string;
    readonly run: number;
}
/** How an attempt ended without success. */
interface AttemptFailure extends LeaseAddress {
    /** Why, in words. */
    readonly error: string;
    readonly errorStack?: string | undefined;
    /** Whether another attempt may succeed. Default: true. */
    readonly retryable?: boolean | undefined;
    /** When the next attempt may begin. Default: an exponential backoff with full jitter. */
    readonly retryAfterMs?: number | undefined;
}
/** What became of what a handler asked. */
interface Asked {
    /** For each question the prompt that stands for it. */
    readonly prompts: readonly Prompt$1[];
    /** Whether the lease has ended: the job waits, and comes back to the queue once the last prompt is settled. */
    readonly isParked: boolean;
}

/** A question with a name: asking it again finds it. */
interface AskedPrompt extends NewPrompt$1 {
    readonly key: string;
}
/** What the holder of a lease asks. */
interface AskRequest extends LeaseAddress {
    readonly prompts: readonly AskedPrompt[];
}

/**
 * What a handler stores under a name, so that its next run finds it.
 *
 * - `step`: the output of a finished piece of work. Stored once; never changes.
 * - `sleep`: how long a sleep lasts from when it was first stored, in milliseconds. Stored once; never changes.
 * - `checkpoint`: the state of a long loop. The last one stored wins.
 */
declare const stepKinds: readonly ["step", "sleep", "checkpoint"];
type StepKind = (typeof stepKinds)[number];
/** One stored piece of a handler. Its name is unique among those of its kind and job. */
interface Step {
    readonly kind: StepKind;
    readonly name: string;
    readonly output: Json;
}
/** A step that the holder of a lease stores. */
interface NewStep extends LeaseAddress, Step {
}

/** How a job ends well. */
interface Completion extends LeaseAddress {
    /** Default: null. */
    readonly result?: Json | undefined;
}
/** How far a handler is. At least one field must be there. */
interface ProgressReport extends LeaseAddress {
    /** From 0 to 100. */
    readonly percent?: number | undefined;
    readonly message?: string | null | undefined;
    /** The part of the work that it is in, in words. */
    readonly phase?: string | null | undefined;
}
/** A sleep of a handler, by its name. */
interface SleepRequest extends LeaseAddress {
    readonly name: string;
    /** Counted by the database's clock from when the sleep was first asked for. */
    readonly ms: number;
}

/**
 * What can go wrong on the way to the fleet and back.
 *
 * - `NETWORK_ERROR`: no reply; what was asked may have happened.
 * - `UNEXPECTED_REPLY`: a reply that is not the fleet's: a proxy's page, another version, a body that is too large.
 * - `ABORTED`: the caller's signal ended the wait; what was asked may have happened.
 */
type TransportErrorCode = "NETWORK_ERROR" | "UNEXPECTED_REPLY" | "ABORTED";
/** What a call can fail with: in the fleet, or on the way to it. */
type FleetClientErrorCode = ErrorCode | TransportErrorCode;
interface FleetClientErrorFacts {
    readonly jobId?: string | undefined;
    readonly details?: Readonly<Record<string, unknown>> | undefined;
    readonly status?: number | undefined;
    readonly requestId?: string | undefined;
    readonly retryable?: boolean | undefined;
    readonly cause?: unknown;
}
/** The one error that the client throws: `code` for programs, `message` for people. */
declare class FleetClientError extends Error {
    /** Always this word, in every copy of the package. */
    readonly name = "FleetClientError";
    /** What went wrong, for programs. */
    readonly code: FleetClientErrorCode;
    /** The job that it happened to. */
    readonly jobId: string | undefined;
    /** Facts that a program can act on, such as `winner` or `allowed`. */
    readonly details: Readonly<Record<string, unknown>> | undefined;
    /** The HTTP status, if there was a reply. */
    readonly status: number | undefined;
    /** What the server's log calls the request. */
    readonly requestId: string | undefined;
    /** Whether the same call may succeed later without anybody changing anything. */
    readonly retryable: boolean;
    constructor(code: FleetClientErrorCode, message: string, facts?: FleetClientErrorFacts);
    /** Whether a value is a `FleetClientError`, also one of another copy of this package. */
    static is(value: unknown): value is FleetClientError;
}

/** What every call takes. */
interface CallOptions {
    /** Ends the wait. What was asked may still happen. */
    readonly signal?: AbortSignal | undefined;
}

/** Everything that the server can do. REST is a table over it. */
declare const appRouter: _trpc_server.TRPCBuiltRouter<{
    ctx: object;
    meta: object;
    errorShape: {
        data: {
            requestId: string | undefined;
            fleet: {
                code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                jobId: string | undefined;
                details: Readonly<Record<string, unknown>> | undefined;
                retryable: boolean;
            } | undefined;
            code: _trpc_server.TRPC_ERROR_CODE_KEY;
            httpStatus: number;
            path?: string;
            stack?: string;
        };
        message: string;
        code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
    };
    transformer: true;
}, _trpc_server.TRPCDecorateCreateRouterOptions<{
    jobs: _trpc_server.TRPCBuiltRouter<{
        ctx: object;
        meta: object;
        errorShape: {
            data: {
                requestId: string | undefined;
                fleet: {
                    code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                    jobId: string | undefined;
                    details: Readonly<Record<string, unknown>> | undefined;
                    retryable: boolean;
                } | undefined;
                code: _trpc_server.TRPC_ERROR_CODE_KEY;
                httpStatus: number;
                path?: string;
                stack?: string;
            };
            message: string;
            code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
        };
        transformer: true;
    }, _trpc_server.TRPCDecorateCreateRouterOptions<{
        create: _trpc_server.TRPCMutationProcedure<{
            input: {
                id?: string | undefined;
                type?: string | undefined;
                userId?: string | null | undefined;
                taskDescription?: string | undefined;
                input?: Json | undefined;
                userContext?: JsonObject | undefined;
                metadata?: JsonObject | undefined;
                tags?: string[] | undefined;
                priority?: number | undefined;
                runAt?: string | Date | undefined;
                maxAttempts?: number | undefined;
                attemptTimeoutMs?: number | undefined;
                timeoutMs?: number | undefined;
                idempotencyKey?: string | undefined;
                idempotencyScope?: string | undefined;
                idempotencyTtlMs?: number | undefined;
                onConflict?: "reject" | "return_existing" | undefined;
            };
            output: {
                deduplicated: boolean;
                status: "pending";
                result: null;
                error: null;
                errorStack: null;
                startedAt: null;
                completedAt: null;
                id: string;
                type: string;
                userId: string | null;
                taskDescription: string;
                input: Json;
                userContext: JsonObject;
                metadata: JsonObject;
                tags: readonly string[];
                currentPhase: string | null;
                progressPercent: number;
                progressMessage: string | null;
                priority: number;
                attempt: number;
                maxAttempts: number;
                attemptTimeoutMs: number | null;
                deadlineAt: Date | null;
                availableAt: Date | null;
                run: number;
                workerId: string | null;
                version: number;
                createdAt: Date;
                updatedAt: Date;
                durability: "database" | "memory";
                stale?: true;
            } | {
                deduplicated: boolean;
                status: "running" | "pending_hitl";
                result: null;
                error: null;
                errorStack: null;
                startedAt: Date;
                completedAt: null;
                id: string;
                type: string;
                userId: string | null;
                taskDescription: string;
                input: Json;
                userContext: JsonObject;
                metadata: JsonObject;
                tags: readonly string[];
                currentPhase: string | null;
                progressPercent: number;
                progressMessage: string | null;
                priority: number;
                attempt: number;
                maxAttempts: number;
                attemptTimeoutMs: number | null;
                deadlineAt: Date | null;
                availableAt: Date | null;
                run: number;
                workerId: string | null;
                version: number;
                createdAt: Date;
                updatedAt: Date;
                durability: "database" | "memory";
                stale?: true;
            } | {
                deduplicated: boolean;
                status: "completed";
                result: Json;
                error: null;
                errorStack: null;
                startedAt: Date;
                completedAt: Date;
                id: string;
                type: string;
                userId: string | null;
                taskDescription: string;
                input: Json;
                userContext: JsonObject;
                metadata: JsonObject;
                tags: readonly string[];
                currentPhase: string | null;
                progressPercent: number;
                progressMessage: string | null;
                priority: number;
                attempt: number;
                maxAttempts: number;
                attemptTimeoutMs: number | null;
                deadlineAt: Date | null;
                availableAt: Date | null;
                run: number;
                workerId: string | null;
                version: number;
                createdAt: Date;
                updatedAt: Date;
                durability: "database" | "memory";
                stale?: true;
            } | {
                deduplicated: boolean;
                status: "failed";
                result: null;
                error: string;
                errorStack: string | null;
                startedAt: Date | null;
                completedAt: Date;
                id: string;
                type: string;
                userId: string | null;
                taskDescription: string;
                input: Json;
                userContext: JsonObject;
                metadata: JsonObject;
                tags: readonly string[];
                currentPhase: string | null;
                progressPercent: number;
                progressMessage: string | null;
                priority: number;
                attempt: number;
                maxAttempts: number;
                attemptTimeoutMs: number | null;
                deadlineAt: Date | null;
                availableAt: Date | null;
                run: number;
                workerId: string | null;
                version: number;
                createdAt: Date;
                updatedAt: Date;
                durability: "database" | "memory";
                stale?: true;
            } | {
                deduplicated: boolean;
                status: "cancelled";
                result: null;
                error: string | null;
                errorStack: null;
                startedAt: Date | null;
                completedAt: Date;
                id: string;
                type: string;
                userId: string | null;
                taskDescription: string;
                input: Json;
                userContext: JsonObject;
                metadata: JsonObject;
                tags: readonly string[];
                currentPhase: string | null;
                progressPercent: number;
                progressMessage: string | null;
                priority: number;
                attempt: number;
                maxAttempts: number;
                attemptTimeoutMs: number | null;
                deadlineAt: Date | null;
                availableAt: Date | null;
                run: number;
                workerId: string | null;
                version: number;
                createdAt: Date;
                updatedAt: Date;
                durability: "database" | "memory";
                stale?: true;
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        get: _trpc_server.TRPCQueryProcedure<{
            input: {
                id: string;
                minVersion?: number | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        wait: _trpc_server.TRPCQueryProcedure<{
            input: {
                id: string;
                afterVersion?: number | undefined;
                timeoutMs?: number | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        list: _trpc_server.TRPCQueryProcedure<{
            input: {
                status?: ("completed" | "failed" | "cancelled" | "pending" | "running" | "pending_hitl")[] | undefined;
                type?: string | undefined;
                userId?: string | undefined;
                tag?: string | undefined;
                createdAfter?: string | Date | undefined;
                createdBefore?: string | Date | undefined;
                limit?: number | undefined;
                cursor?: string | undefined;
            };
            output: JobPage$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        update: _trpc_server.TRPCMutationProcedure<{
            input: {
                id: string;
                ifVersion?: number | undefined;
                status?: "completed" | "failed" | "cancelled" | "pending" | "running" | undefined;
                currentPhase?: string | null | undefined;
                progressPercent?: number | undefined;
                progressMessage?: string | null | undefined;
                result?: Json | undefined;
                error?: string | undefined;
                errorStack?: string | undefined;
                metadata?: JsonObject | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        cancel: _trpc_server.TRPCMutationProcedure<{
            input: {
                id: string;
                ifVersion?: number | undefined;
                reason?: string | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        retry: _trpc_server.TRPCMutationProcedure<{
            input: {
                id: string;
                ifVersion?: number | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        delete: _trpc_server.TRPCMutationProcedure<{
            input: {
                id: string;
            };
            output: void;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        events: _trpc_server.TRPCQueryProcedure<{
            input: {
                id: string;
                afterVersion?: number | undefined;
                limit?: number | undefined;
            };
            output: {
                events: JobEvent$1[];
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        stats: _trpc_server.TRPCQueryProcedure<{
            input: void;
            output: JobStats$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
    }>>;
    hitl: _trpc_server.TRPCBuiltRouter<{
        ctx: object;
        meta: object;
        errorShape: {
            data: {
                requestId: string | undefined;
                fleet: {
                    code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                    jobId: string | undefined;
                    details: Readonly<Record<string, unknown>> | undefined;
                    retryable: boolean;
                } | undefined;
                code: _trpc_server.TRPC_ERROR_CODE_KEY;
                httpStatus: number;
                path?: string;
                stack?: string;
            };
            message: string;
            code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
        };
        transformer: true;
    }, _trpc_server.TRPCDecorateCreateRouterOptions<{
        open: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                type: string;
                title?: string | null | undefined;
                body?: string | null | undefined;
                data?: Json | undefined;
                responseSchema?: JsonObject | null | undefined;
                assignee?: string | null | undefined;
                dueAt?: string | Date | null | undefined;
                expiresInMs?: number | null | undefined;
                onExpire?: unknown;
                id?: string | undefined;
                key?: string | null | undefined;
            };
            output: {
                deduplicated: boolean;
                status: "open";
                response: null;
                closedAt: null;
                id: string;
                jobId: string;
                key: string | null;
                round: number;
                type: string;
                digest: string;
                revision: number;
                assignee: string | null;
                dueAt: Date | null;
                expiresAt: Date | null;
                onExpire: OnExpire;
                createdAt: Date;
                title: string | null;
                body: string | null;
                data: Json;
                responseSchema: JsonObject | null;
                respondedBy: null;
                respondedVia: null;
                respondedAt: null;
            } | {
                deduplicated: boolean;
                status: "answered";
                response: Json;
                respondedBy: string;
                respondedVia: Door;
                respondedAt: Date;
                closedAt: null;
                id: string;
                jobId: string;
                key: string | null;
                round: number;
                type: string;
                digest: string;
                revision: number;
                assignee: string | null;
                dueAt: Date | null;
                expiresAt: Date | null;
                onExpire: OnExpire;
                createdAt: Date;
                title: string | null;
                body: string | null;
                data: Json;
                responseSchema: JsonObject | null;
            } | {
                deduplicated: boolean;
                status: "expired";
                response: Json;
                closedAt: Date;
                id: string;
                jobId: string;
                key: string | null;
                round: number;
                type: string;
                digest: string;
                revision: number;
                assignee: string | null;
                dueAt: Date | null;
                expiresAt: Date | null;
                onExpire: OnExpire;
                createdAt: Date;
                title: string | null;
                body: string | null;
                data: Json;
                responseSchema: JsonObject | null;
                respondedBy: null;
                respondedVia: null;
                respondedAt: null;
            } | {
                deduplicated: boolean;
                status: "withdrawn" | "closed";
                response: null;
                closedAt: Date;
                id: string;
                jobId: string;
                key: string | null;
                round: number;
                type: string;
                digest: string;
                revision: number;
                assignee: string | null;
                dueAt: Date | null;
                expiresAt: Date | null;
                onExpire: OnExpire;
                createdAt: Date;
                title: string | null;
                body: string | null;
                data: Json;
                responseSchema: JsonObject | null;
                respondedBy: null;
                respondedVia: null;
                respondedAt: null;
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        current: _trpc_server.TRPCQueryProcedure<{
            input: {
                jobId: string;
                type?: string | undefined;
            };
            output: OpenPrompt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        get: _trpc_server.TRPCQueryProcedure<{
            input: {
                promptId: string;
            };
            output: Prompt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        inbox: _trpc_server.TRPCQueryProcedure<{
            input: {
                jobId?: string | undefined;
                type?: string | undefined;
                jobType?: string | undefined;
                userId?: string | undefined;
                assignee?: string | undefined;
                dueBefore?: string | Date | undefined;
                limit?: number | undefined;
                cursor?: string | undefined;
            };
            output: InboxPage$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        revise: _trpc_server.TRPCMutationProcedure<{
            input: {
                promptId: string;
                title?: string | null | undefined;
                body?: string | null | undefined;
                data?: Json | undefined;
                responseSchema?: JsonObject | null | undefined;
                assignee?: string | null | undefined;
                dueAt?: string | Date | null | undefined;
                expiresInMs?: number | null | undefined;
                onExpire?: unknown;
                ifDigest?: string | undefined;
            };
            output: OpenPrompt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        withdraw: _trpc_server.TRPCMutationProcedure<{
            input: {
                promptId: string;
                ifDigest?: string | undefined;
                reason?: string | undefined;
            };
            output: Prompt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        respond: _trpc_server.TRPCMutationProcedure<{
            input: {
                promptId: string;
                response: JsonObject;
                idempotencyKey?: string | undefined;
                ifDigest?: string | undefined;
            };
            output: ResponseReceipt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        respondToJob: _trpc_server.TRPCMutationProcedure<{
            input: {
                response: JsonObject;
                jobId: string;
                idempotencyKey?: string | undefined;
                ifDigest?: string | undefined;
                type?: string | undefined;
            };
            output: ResponseReceipt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        config: _trpc_server.TRPCQueryProcedure<{
            input: void;
            output: {
                kinds: {
                    type: string;
                    description: "Questions about the task" | "A plan to agree to" | "A draft to look at" | "A finished work to accept";
                    responseSchema: {
                        type: string;
                        properties: {
                            action: {
                                enum: ("proceed" | "revise" | "cancel")[];
                            };
                            feedback: {
                                type: string;
                            };
                        };
                        required: string[];
                    } | {
                        readonly type: "object";
                        readonly minProperties: 1;
                    };
                }[];
                actionWords: {
                    readonly proceed: readonly ["proceed", "yes", "y", "ok", "okay", "approve", "approved", "accept", "accepted", "confirm", "confirmed", "continue", "go"];
                    readonly revise: readonly ["revise", "no", "n", "edit", "change", "modify", "refine", "redo", "again"];
                    readonly cancel: readonly ["cancel", "cancelled", "canceled", "stop", "abort", "quit", "reject", "rejected", "decline"];
                };
                maxSchemaBytes: number;
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
    }>>;
    worker: _trpc_server.TRPCBuiltRouter<{
        ctx: object;
        meta: object;
        errorShape: {
            data: {
                requestId: string | undefined;
                fleet: {
                    code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                    jobId: string | undefined;
                    details: Readonly<Record<string, unknown>> | undefined;
                    retryable: boolean;
                } | undefined;
                code: _trpc_server.TRPC_ERROR_CODE_KEY;
                httpStatus: number;
                path?: string;
                stack?: string;
            };
            message: string;
            code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
        };
        transformer: true;
    }, _trpc_server.TRPCDecorateCreateRouterOptions<{
        register: _trpc_server.TRPCMutationProcedure<{
            input: {
                workerId: string;
                types: readonly string[];
            };
            output: WorkerTerms;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        claim: _trpc_server.TRPCMutationProcedure<{
            input: {
                workerId: string;
                types: readonly string[];
                limit?: number | undefined;
                claim?: number | undefined;
                waitMs?: number | undefined;
            };
            output: {
                jobs: readonly LeasedJob[];
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        heartbeat: _trpc_server.TRPCMutationProcedure<{
            input: {
                workerId: string;
                types: readonly string[];
                held?: readonly string[] | undefined;
            };
            output: Heartbeat;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        deregister: _trpc_server.TRPCMutationProcedure<{
            input: {
                workerId: string;
            };
            output: void;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        complete: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                run: number;
                result?: Json | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        fail: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                run: number;
                error: string;
                errorStack?: string | undefined;
                retryable?: boolean | undefined;
                retryAfterMs?: number | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        release: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                run: number;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        progress: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                run: number;
                percent?: number | undefined;
                message?: string | null | undefined;
                phase?: string | null | undefined;
            };
            output: Job$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        steps: _trpc_server.TRPCQueryProcedure<{
            input: {
                jobId: string;
            };
            output: {
                steps: readonly Step[];
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        putStep: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                run: number;
                name: string;
                output: Json;
                kind?: "step" | "sleep" | "checkpoint" | undefined;
            };
            output: {
                output: Json;
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        ask: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                run: number;
                prompts: readonly {
                    key: string;
                    type: string;
                    title?: string | null | undefined;
                    body?: string | null | undefined;
                    data?: Json | undefined;
                    responseSchema?: JsonObject | null | undefined;
                    assignee?: string | null | undefined;
                    dueAt?: string | Date | null | undefined;
                    onExpire?: unknown;
                    id?: string | undefined;
                    expiresInMs?: number | null | undefined;
                }[];
            };
            output: Asked;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        sleep: _trpc_server.TRPCMutationProcedure<{
            input: {
                jobId: string;
                run: number;
                name: string;
                ms: number;
            };
            output: {
                readonly isOver: boolean;
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
    }>>;
    system: _trpc_server.TRPCBuiltRouter<{
        ctx: object;
        meta: object;
        errorShape: {
            data: {
                requestId: string | undefined;
                fleet: {
                    code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                    jobId: string | undefined;
                    details: Readonly<Record<string, unknown>> | undefined;
                    retryable: boolean;
                } | undefined;
                code: _trpc_server.TRPC_ERROR_CODE_KEY;
                httpStatus: number;
                path?: string;
                stack?: string;
            };
            message: string;
            code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
        };
        transformer: true;
    }, _trpc_server.TRPCDecorateCreateRouterOptions<{
        health: _trpc_server.TRPCQueryProcedure<{
            input: void;
            output: {
                status: "ok";
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
        ready: _trpc_server.TRPCQueryProcedure<{
            input: void;
            output: {
                status: "ready";
                durability: "database" | "memory";
            };
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "JOB_LEASED" | "LEASE_LOST" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CHANGED" | "PROMPT_EXPIRED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
                        jobId: string | undefined;
                        details: Readonly<Record<string, unknown>> | undefined;
                        retryable: boolean;
                    } | undefined;
                    code: _trpc_server.TRPC_ERROR_CODE_KEY;
                    httpStatus: number;
                    path?: string;
                    stack?: string;
                };
                message: string;
                code: _trpc_server.TRPC_ERROR_CODE_NUMBER;
            };
        }>;
    }>>;
}>>;
type AppRouter = typeof appRouter;

interface ConnectionOptions {
    /** Where the server is, e.g. `http://localhost:8000`. */
    readonly url: string | URL;
    /** Sent as a bearer token. Default: none. */
    readonly apiKey?: string | undefined;
    /** Sent with every request. Default: none. */
    readonly headers?: Readonly<Record<string, string>> | undefined;
    /** Default: the global `fetch`. */
    readonly fetch?: typeof globalThis.fetch | undefined;
    /**
     * How often a call that is safe to repeat is repeated when the server is away (no reply, or 502,
     * 503, 504). Default: 4, with waits that double from about 100 ms. 0 turns it off.
     */
    readonly maxRetries?: number | undefined;
}

/** What a prompt of a job shows, and what may be said to it. */
interface PromptDefinition {
    /** What the person is to look at. Default: any JSON. */
    readonly data?: z.ZodType;
    /** What a response must be: an object. Default: that of the kind, if the prompt is named like one, else any object. */
    readonly response?: z.ZodType<unknown, Record<string, unknown>>;
}
/** The prompts of a job, by name: the name is the prompt's `type`. */
type PromptDefinitions = Readonly<Record<string, PromptDefinition>>;
/** A job's type with its shapes, named once. Made by {@link defineJob}. */
interface JobDefinition<Type extends string = string, Input extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType, Prompts extends PromptDefinitions = PromptDefinitions> {
    /** The name of the handler that the job needs. */
    readonly type: Type;
    /** What the handler works on. */
    readonly input: Input;
    /** What it leaves behind when it completes. */
    readonly result: Result;
    /** What it asks on the way, by name. */
    readonly prompts: Prompts;
    /** The JSON Schema of each prompt's response, for the server to check. */
    readonly responseSchemas: Readonly<Partial<Record<keyof Prompts & string, JsonObject>>>;
}
/**
 * Names a job's input, result and prompts once, for everyone who creates it, works on it, or answers it.
 *
 * Shapes are zod schemas. What is sent is checked against them; what comes back is typed by them,
 * not checked again. The shape of a response travels with its prompt as JSON Schema, and the
 * server holds every response against it, whoever sends it.
 *
 * @throws {Error} when a response has a shape that JSON Schema cannot express, such as a date or a transform's output
 */
declare function defineJob<const Type extends string, Input extends z.ZodType, Result extends z.ZodType, const Prompts extends PromptDefinitions = Record<never, never>>(definition: {
    readonly type: Type;
    readonly input: Input;
    readonly result: Result;
    readonly prompts?: Prompts;
}): JobDefinition<Type, Input, Result, Prompts>;

type Inputs$1 = inferRouterInputs<AppRouter>["jobs"];
type Outputs$1 = inferRouterOutputs<AppRouter>["jobs"];
/** One piece of long work. Its `status` decides what else it has. */
type Job = Outputs$1["get"];
/** What a job can be created with. Every field has a default, so `{}` is a job. */
type NewJob = Omit<Inputs$1["create"], "idempotencyKey" | "idempotencyScope" | "idempotencyTtlMs" | "onConflict">;
/** A job that has ended. */
type EndedJob = Extract<Job, {
    status: "completed" | "failed" | "cancelled";
}>;
/** A job, and whether the request that asked for it had been acknowledged before. */
type CreatedJob = Outputs$1["create"];
/** What an update may change. A field that is absent stays as it is; at least one must be there. */
type JobChange = Omit<Inputs$1["update"], "id" | "ifVersion">;
/** Which jobs a list shows, and how many. Filters combine with "and". */
type JobQuery = Inputs$1["list"];
/** One page of a list, newest first; hand `nextCursor` back as `cursor` to get the next one. */
type JobPage = Outputs$1["list"];
/** One line of a job's history: there is exactly one for every version. */
type JobEvent = Outputs$1["events"]["events"][number];
/** Counts over all jobs. */
type JobStats = Outputs$1["stats"];
/** How a job is created. */
interface CreateOptions extends CallOptions {
    /** Names the request, so that another process can repeat it without creating a second job. */
    readonly idempotencyKey?: string | undefined;
    /** Within what the key is unique: a tenant, a user, a job type. Default: empty, the whole fleet. */
    readonly idempotencyScope?: string | undefined;
    /** How long the key stands for the job; after that it makes a new one. Default: as long as the job is there. */
    readonly idempotencyTtlMs?: number | undefined;
    /** What a repetition gets: the job of the first time, or `IDEMPOTENCY_CONFLICT`. Default: `return_existing`. */
    readonly onConflict?: "return_existing" | "reject" | undefined;
}
/** How a job is changed: only while it has the version that was seen. */
interface ChangeOptions extends CallOptions {
    /** Refuse with `VERSION_MISMATCH` unless the job still has this version. */
    readonly ifVersion?: number | undefined;
}
/** How a job is ended. */
interface CancelOptions extends ChangeOptions {
    /** Why, in words; becomes the job's `error`. */
    readonly reason?: string | undefined;
}
/** How new a copy must be. */
interface GetOptions extends CallOptions {
    /** The highest version that you have seen: an older copy is not good enough. */
    readonly minVersion?: number | undefined;
}
/** Which part of a history is read. */
interface EventsOptions extends CallOptions {
    /** Only events of later versions. Default: from the beginning. */
    readonly afterVersion?: number | undefined;
    /** From 1 to 200. Default: 50. */
    readonly limit?: number | undefined;
}
/** What is known already of what is waited for. */
interface WaitOptions extends CallOptions {
    /** The version that you have seen. Default: 0, which no job has. */
    readonly afterVersion?: number | undefined;
}
/**
 * The jobs of a server. Every method throws {@link FleetClientError}.
 *
 * Methods that begin with a definition know the shapes of its input and result; see {@link defineJob}.
 */
interface JobsClient {
    /**
     * Creates a job in status `pending`. Safe against lost replies: a repetition by this client finds
     * the job of the first time. With `onConflict: "reject"` it is not repeated: it would be refused for
     * what its first try did.
     *
     * Throws `INVALID_INPUT`; `JOB_ALREADY_EXISTS` when another job has the id; `IDEMPOTENCY_CONFLICT`
     * when the key came with a different job before, or with any and `onConflict` is `reject`.
     */
    create(job?: NewJob, options?: CreateOptions): Promise<CreatedJob>;
    /** Creates a job of a definition. Throws `INVALID_INPUT` also when the input is not of the defined shape. */
    create<const Definition extends JobDefinition>(definition: Definition, job: NewJobOf<Definition>, options?: CreateOptions): Promise<CreatedJobOf<Definition>>;
    /** The job. Throws `JOB_NOT_FOUND`. With the database unreachable it may be an older copy, with `stale: true`. */
    get(id: string, options?: GetOptions): Promise<Job>;
    /** The job, in the shapes of its definition. Throws as without one. */
    get<const Definition extends JobDefinition>(definition: Definition, id: string, options?: GetOptions): Promise<JobOf<Definition>>;
    /**
     * Waits until a job has ended, however it ended, and returns it. Returns within milliseconds of the
     * end, on whichever instance; a server that is away only delays it. It waits without end:
     * `signal: AbortSignal.timeout(...)` limits it.
     *
     * Throws `JOB_NOT_FOUND`, also when the job is deleted meanwhile.
     */
    waitFor(id: string, options?: CallOptions): Promise<EndedJob>;
    /** Waits until a job has ended, and returns it in the shapes of its definition. Throws as without one. */
    waitFor<const Definition extends JobDefinition>(definition: Definition, id: string, options?: CallOptions): Promise<EndedJobOf<Definition>>;
    /**
     * One look that waits: the job as soon as it has a later version than `afterVersion`, or as it
     * stands after 25 seconds. Throws `JOB_NOT_FOUND`.
     */
    waitForChange(id: string, options?: WaitOptions): Promise<Job>;
    /** A page of jobs, newest first. */
    list(query?: JobQuery, options?: CallOptions): Promise<JobPage>;
    /** Every job that the query finds, newest first, page by page. */
    all(query?: Omit<JobQuery, "cursor">, options?: CallOptions): AsyncGenerator<Job, void, undefined>;
    /**
     * Changes a job that has not ended.
     *
     * Throws `INVALID_INPUT`, `JOB_NOT_FOUND`, `INVALID_TRANSITION`, `VERSION_MISMATCH`. Not repeated
     * by itself; with `ifVersion` you may repeat it without doing it twice.
     */
    update(id: string, change: JobChange, options?: ChangeOptions): Promise<Job>;
    /** Ends a job that has not ended, and closes its open prompts. Throws as `update` does. */
    cancel(id: string, options?: CancelOptions): Promise<Job>;
    /** Sends a failed or cancelled job back to `pending` for another attempt. Throws as `update` does. */
    retry(id: string, options?: ChangeOptions): Promise<Job>;
    /** Removes a job with its prompts and its history. Throws `JOB_ACTIVE` while it runs or waits. */
    delete(id: string, options?: CallOptions): Promise<void>;
    /** The history of a job, oldest first. */
    events(id: string, options?: EventsOptions): Promise<readonly JobEvent[]>;
    /** Counts by status and type, durations, completion rate. */
    stats(options?: CallOptions): Promise<JobStats>;
}

/** The same, but for these fields. Keeps the members of a union apart. */
type Replace<Shape, Fields> = Shape extends unknown ? Omit<Shape, keyof Fields> & Fields : never;
/** What a job is created with: its type comes from the definition, its input must be of the defined shape. */
type NewJobOf<Definition extends JobDefinition> = Omit<NewJob, "type" | "input"> & {
    readonly input: z.input<Definition["input"]>;
};
type Typed<Shape, Definition extends JobDefinition> = Shape extends {
    status: "completed";
} ? Replace<Shape, {
    type: Definition["type"];
    input: z.output<Definition["input"]>;
    result: z.output<Definition["result"]>;
}> : Replace<Shape, {
    type: Definition["type"];
    input: z.output<Definition["input"]>;
}>;
/** A job of a definition: its input and result have the defined shapes. */
type JobOf<Definition extends JobDefinition> = Typed<Job, Definition>;
/** A created job of a definition. */
type CreatedJobOf<Definition extends JobDefinition> = Typed<CreatedJob, Definition>;
/** A job of a definition that has ended. */
type EndedJobOf<Definition extends JobDefinition> = Typed<EndedJob, Definition>;
/** The names of a definition's prompts. */
type PromptName<Definition extends JobDefinition> = keyof Definition["prompts"] & string;
type PromptOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = Definition["prompts"][Name];
type DataIn<Prompt extends PromptDefinition> = Prompt["data"] extends z.ZodType ? z.input<Prompt["data"]> : NewPrompt["data"];
type DataOut<Prompt extends PromptDefinition> = Prompt["data"] extends z.ZodType ? z.output<Prompt["data"]> : OpenPrompt["data"];
/** What a prompt of a definition is opened with. */
type NewPromptOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = Omit<NewPrompt, "type" | "data" | "responseSchema"> & (undefined extends DataIn<PromptOf<Definition, Name>> ? {
    readonly data?: DataIn<PromptOf<Definition, Name>>;
} : {
    readonly data: DataIn<PromptOf<Definition, Name>>;
});
/** An open prompt of a definition: its data has the defined shape. */
type OpenPromptOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = {
    [Each in Name]: Replace<OpenPrompt, {
        type: Each;
        data: DataOut<PromptOf<Definition, Each>>;
    }>;
}[Name];
/** What may be said to a prompt of a definition. */
type ResponseOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = PromptOf<Definition, Name>["response"] extends z.ZodType ? z.input<PromptOf<Definition, Name>["response"]> : PromptResponse;

type Inputs = inferRouterInputs<AppRouter>["hitl"];
type Outputs = inferRouterOutputs<AppRouter>["hitl"];
/** One question to a person, opened by a job. */
type Prompt = Outputs["get"];
/** A prompt that waits for a person. */
type OpenPrompt = Outputs["current"];
/** A prompt, and whether the request that asked for it had been acknowledged before. */
type OpenedPrompt = Outputs["open"];
/** What a prompt is opened with. */
type NewPrompt = Omit<Inputs["open"], "jobId">;
/** What may change about an open prompt. A field that is absent stays as it is; at least one must be there. */
type PromptChange = Omit<Inputs["revise"], "promptId" | "ifDigest">;
/** What a person says to a prompt. */
type PromptResponse = Inputs["respond"]["response"];
/** What the winner of a prompt is told. */
type ResponseReceipt = Outputs["respond"];
/** Which open prompts the inbox shows, and how many. Filters combine with "and". */
type InboxQuery = Inputs["inbox"];
/** One page of the inbox: what is due first comes first, then the oldest. */
type InboxPage = Outputs["inbox"];
/** The kinds of prompts with their schemas, and the words for each action. */
type HitlConfig = Outputs["config"];
/** How a prompt is changed: only while it shows what was seen. */
interface DigestOptions extends CallOptions {
    /** The digest of what the person saw: refuse with `PROMPT_CHANGED` if the prompt shows something else by now. */
    readonly ifDigest?: string | undefined;
}
/** How a prompt is taken back. */
interface WithdrawOptions extends DigestOptions {
    /** Why, in words. */
    readonly reason?: string | undefined;
}
/** How a response is given. */
interface RespondOptions extends DigestOptions {
    /** Names the response, so that another process can repeat it and get the receipt again. */
    readonly idempotencyKey?: string | undefined;
}
/** Which prompts of a job count. */
interface PromptTypeOptions extends CallOptions {
    /** Only prompts of this type count. Default: any. */
    readonly type?: string | undefined;
}
/**
 * The person in the loop. Every method throws {@link FleetClientError}.
 *
 * Methods that begin with a definition know its prompts by name; see {@link defineJob}.
 */
interface HitlClient {
    /**
     * Opens a prompt: the job waits for a person from now on. Safe against lost replies; with a `key`
     * also against asking twice: while that prompt is open, asking again returns it.
     *
     * Throws `INVALID_INPUT`; `INVALID_TRANSITION` when the job has ended; `IDEMPOTENCY_CONFLICT` when
     * the key belongs to another question.
     */
    open(jobId: string, prompt: NewPrompt, options?: CallOptions): Promise<OpenedPrompt>;
    /** Opens a prompt of a definition: its response is checked against the defined shape, whoever answers. */
    open<const Definition extends JobDefinition, Name extends PromptName<Definition>>(definition: Definition, jobId: string, name: Name, prompt: NewPromptOf<Definition, Name>, options?: CallOptions): Promise<OpenedPrompt>;
    /** The one open prompt of a job. Throws `NO_OPEN_PROMPT`, or `SEVERAL_OPEN_PROMPTS` with their ids. */
    current(jobId: string, options?: PromptTypeOptions): Promise<OpenPrompt>;
    /** The one open prompt of a job that has this name. Throws as without a definition. */
    current<const Definition extends JobDefinition, Name extends PromptName<Definition>>(definition: Definition, jobId: string, name: Name, options?: CallOptions): Promise<OpenPromptOf<Definition, Name>>;
    /** The prompt, open or not. Throws `PROMPT_NOT_FOUND`. */
    get(promptId: string, options?: CallOptions): Promise<Prompt>;
    /** Open prompts of all jobs that can still be answered: what is due first comes first, then the oldest. */
    inbox(query?: InboxQuery, options?: CallOptions): Promise<InboxPage>;
    /**
     * Changes what an open prompt shows, or its terms. What is shown differently has another digest.
     * Throws as `respond` does. Not repeated by itself.
     */
    revise(promptId: string, change: PromptChange, options?: DigestOptions): Promise<OpenPrompt>;
    /** Takes an open prompt back; its job runs on once no other prompt of it is open. Throws as `respond` does. */
    withdraw(promptId: string, options?: WithdrawOptions): Promise<Prompt>;
    /**
     * Answers a prompt; the first response wins. Safe against lost replies: a repetition by this
     * client gets the first receipt.
     *
     * Throws `INVALID_INPUT` with the paths that do not fit the prompt's schema (it stays open);
     * `PROMPT_ALREADY_ANSWERED` with the winner in `details`; `PROMPT_EXPIRED` from the deadline on;
     * `PROMPT_CLOSED` when it was withdrawn or the job ended first; `PROMPT_CHANGED` with the current
     * prompt in `details` when `ifDigest` is not its digest any more.
     */
    respond(promptId: string, response: PromptResponse, options?: RespondOptions): Promise<ResponseReceipt>;
    /** Answers the one open prompt of a job that has this name, in the defined shape. Throws as `respond` and `current` do. */
    respond<const Definition extends JobDefinition, Name extends PromptName<Definition>>(definition: Definition, jobId: string, name: Name, response: ResponseOf<Definition, Name>, options?: RespondOptions): Promise<ResponseReceipt>;
    /** Answers the one open prompt of a job. Throws as `respond` and `current` do. */
    respondToJob(jobId: string, response: PromptResponse, options?: RespondOptions & PromptTypeOptions): Promise<ResponseReceipt>;
    /**
     * Waits until a job asks something, and returns the prompt: with several, the most urgent. Returns
     * within milliseconds of the opening, on whichever instance; a server that is away only delays it.
     * It waits without end: `signal: AbortSignal.timeout(...)` limits it.
     *
     * Throws `NO_OPEN_PROMPT` when the job has ended.
     */
    waitForPrompt(jobId: string, options?: PromptTypeOptions): Promise<OpenPrompt>;
    /** Waits until a job asks what has this name. Throws as without a definition. */
    waitForPrompt<const Definition extends JobDefinition, Name extends PromptName<Definition>>(definition: Definition, jobId: string, name: Name, options?: CallOptions): Promise<OpenPromptOf<Definition, Name>>;
    /** The kinds of prompts with their schemas, and the words for each action. */
    config(options?: CallOptions): Promise<HitlConfig>;
}

/**
 * What a worker says to a server: the protocol below a worker, in the words of the fleet's own leases. Every
 * method throws {@link FleetClientError}.
 *
 * A worker that has claimed a job has it in a run, and every write names that run. Once the lease has ended
 * those writes are refused with `LEASE_LOST` and change nothing. That is why they are repeated when a reply is
 * lost: at worst the repetition is told `LEASE_LOST` by what the first try did.
 */
interface WorkerClient {
    /** Begins the life of a worker, and says how often it should beat. What a former process of that name still has is taken from it. */
    register(worker: Pick<HeartbeatRequest, "workerId" | "types">, options?: CallOptions): Promise<WorkerTerms>;
    /**
     * Takes jobs, those with the highest priority first; with `waitMs` (at most 55,000) it returns as soon as there
     * is one. Counts as a heartbeat.
     *
     * Not repeated by itself: a claim whose reply was lost, or that was aborted, may have happened. The next
     * heartbeat shows its leases.
     */
    claim(request: ClaimRequest, options?: CallOptions): Promise<readonly LeasedJob[]>;
    /** Says that a worker lives, and hears what it has. A worker that beats too rarely loses its jobs to others. */
    heartbeat(request: HeartbeatRequest, options?: CallOptions): Promise<Heartbeat>;
    /** Ends the life of a worker: what it still has goes back to the queue, without costing an attempt. Safe to call twice. */
    deregister(worker: Pick<HeartbeatRequest, "workerId">, options?: CallOptions): Promise<void>;
    /** Completes a job. Repeating it is harmless. Throws `LEASE_LOST`. */
    complete(completion: Completion, options?: CallOptions): Promise<Job>;
    /** Ends an attempt without success: another one follows, unless this was the last or none can succeed. Throws `LEASE_LOST`. */
    fail(failure: AttemptFailure, options?: CallOptions): Promise<Job>;
    /** Gives a job back, untried: it returns to its old place in the queue without costing an attempt. Throws `LEASE_LOST`. */
    release(lease: LeaseAddress, options?: CallOptions): Promise<Job>;
    /** Says how far the work is. Throws `LEASE_LOST`. */
    progress(report: ProgressReport, options?: CallOptions): Promise<Job>;
    /** Everything that the handlers of a job have stored. */
    steps(job: Pick<LeaseAddress, "jobId">, options?: CallOptions): Promise<readonly Step[]>;
    /** Stores the output of a finished step, and returns what is stored: the output of the first time, if there was one. Throws `LEASE_LOST`. */
    putStep(step: NewStep, options?: CallOptions): Promise<Json>;
    /**
     * Asks people. While one of the questions is open the job waits for them, and no worker has it. Repeating it is
     * harmless: a question is found by its key. Throws `LEASE_LOST`.
     */
    ask(request: AskRequest, options?: CallOptions): Promise<Asked>;
    /**
     * Sleeps, for any length. Says whether the sleep is over; if not, the lease has ended and the job comes back
     * when it is. Repeating it is harmless: a sleep is found by its name. Throws `LEASE_LOST`.
     */
    sleep(request: SleepRequest, options?: CallOptions): Promise<{
        readonly isOver: boolean;
    }>;
}

/** Where the server is, and how to talk to it. */
type ClientOptions = ConnectionOptions;
/** A fleet behind a server. */
interface FleetClient {
    /** Create, read, move, wait for the end. */
    readonly jobs: JobsClient;
    /** Ask, see what is asked, answer. */
    readonly hitl: HitlClient;
    /** Claim jobs, say that you live, write down what you make of them: for those who build a worker. */
    readonly worker: WorkerClient;
}
/**
 * Makes a client. It holds no connection and needs no closing.
 *
 * Calls of the same tick share a request. What is safe to repeat (reads, `jobs.create`,
 * `hitl.open`, `hitl.respond`, what a worker writes) is repeated when the server does not reply or says that it is unavailable.
 */
declare function createClient(options: ClientOptions): FleetClient;

export { FleetClientError, createClient, defineJob };
export type { AskRequest, Asked, AskedPrompt, AttemptFailure, CallOptions, CancelOptions, ChangeOptions, ClaimRequest, ClientOptions, Completion, CreateOptions, CreatedJob, CreatedJobOf, DigestOptions, EndedJob, EndedJobOf, EventsOptions, FleetClient, FleetClientErrorCode, GetOptions, Heartbeat, HeartbeatRequest, HitlClient, HitlConfig, InboxPage, InboxQuery, Job, JobChange, JobDefinition, JobEvent, JobOf, JobPage, JobQuery, JobStats, JobsClient, Json, JsonObject, Lease, LeaseAddress, LeasedJob, LostLease, NewJob, NewJobOf, NewPrompt, NewPromptOf, NewStep, OpenPrompt, OpenPromptOf, OpenedPrompt, ProgressReport, Prompt, PromptChange, PromptDefinition, PromptDefinitions, PromptName, PromptResponse, PromptTypeOptions, RespondOptions, ResponseOf, ResponseReceipt, SleepRequest, Step, StepKind, TransportErrorCode, WaitOptions, WithdrawOptions, WorkerClient, WorkerTerms };
