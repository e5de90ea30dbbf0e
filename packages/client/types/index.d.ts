import * as _trpc_server from '@trpc/server';
import { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Door = "api" | "cli" | "process";

/** Everything that can go wrong, by name. Each wire maps these to its own words in one table. */
declare const errorCodes: readonly ["INVALID_INPUT", "JOB_NOT_FOUND", "JOB_ALREADY_EXISTS", "JOB_ACTIVE", "INVALID_TRANSITION", "VERSION_MISMATCH", "IDEMPOTENCY_CONFLICT", "PROMPT_NOT_FOUND", "NO_OPEN_PROMPT", "SEVERAL_OPEN_PROMPTS", "PROMPT_ALREADY_ANSWERED", "PROMPT_CLOSED", "STORE_UNAVAILABLE", "INTERNAL"];
/**
 * The name of a failure.
 *
 * - `INVALID_INPUT`: a value cannot be stored or is out of range; `details.errors` has the paths.
 * - `JOB_NOT_FOUND`: no job has this id (an id that is not a UUID never has one).
 * - `JOB_ALREADY_EXISTS`: a job with the id that the caller chose exists already.
 * - `JOB_ACTIVE`: a running or waiting job cannot be deleted; cancel it first.
 * - `INVALID_TRANSITION`: the transition table forbids the move; `details.allowed` has what it allows.
 * - `VERSION_MISMATCH`: the job changed since the caller read it; `details.version` is the current one.
 * - `IDEMPOTENCY_CONFLICT`: the key was used before with a different request.
 * - `PROMPT_NOT_FOUND`: no prompt has this id.
 * - `NO_OPEN_PROMPT`: the job waits for nobody.
 * - `SEVERAL_OPEN_PROMPTS`: the job has more than one open prompt; `details.promptIds` lists them.
 * - `PROMPT_ALREADY_ANSWERED`: another response won; `details.winner` is that response.
 * - `PROMPT_CLOSED`: the prompt ended without a response, because its job ended.
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
 * - `running`: somebody works on it. In: a start, or an answer to its last open prompt.
 * - `pending_hitl`: it waits for a person. In: opening a prompt. Out: the last open prompt is
 *   answered, or the job ends. It has at least one open prompt, and no other status has one.
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
    /** 1 for the first try, +1 with every retry. */
    readonly attempt: number;
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
declare const jobEventKinds: readonly ["created", "updated", "started", "released", "completed", "failed", "cancelled", "retried", "prompt_opened", "prompt_answered"];
/** What happened to a job at one version. */
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

interface PromptRecord {
    readonly id: string;
    readonly jobId: string;
    /** What kind of question it is, e.g. `confirm`; any word. */
    readonly type: string;
    readonly title: string | null;
    readonly body: string | null;
    /** What the person is to look at. The fleet never looks inside. */
    readonly data: Json;
    readonly createdAt: Date;
}
interface OpenPrompt$1 extends PromptRecord {
    readonly status: "open";
    readonly response: null;
    readonly respondedBy: null;
    readonly respondedVia: null;
    readonly respondedAt: null;
}
interface AnsweredPrompt extends PromptRecord {
    readonly status: "answered";
    readonly response: Json;
    /** Who answered, from the credentials. */
    readonly respondedBy: string;
    readonly respondedVia: Door;
    readonly respondedAt: Date;
}
interface ClosedPrompt extends PromptRecord {
    readonly status: "closed";
    readonly response: null;
    readonly respondedBy: null;
    readonly respondedVia: null;
    readonly respondedAt: null;
}
/** One question to a person, opened by a job. */
type Prompt$1 = OpenPrompt$1 | AnsweredPrompt | ClosedPrompt;
/** An open prompt with what a person needs to know about its job. */
interface InboxEntry extends OpenPrompt$1 {
    readonly jobType: string;
    readonly userId: string | null;
    readonly taskDescription: string;
}
/** One page of the inbox, oldest first. */
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

/** What every call takes. */
interface CallOptions {
    /** Ends the wait. What was asked may still happen. */
    readonly signal?: AbortSignal | undefined;
}

/**
 * What can go wrong on the way to the fleet and back.
 *
 * - `NETWORK_ERROR`: no reply; what was asked may have happened.
 * - `UNEXPECTED_REPLY`: a reply that is not the fleet's: a proxy's page, another version, a body that is too large.
 * - `ABORTED`: the caller's signal ended the wait; what was asked may have happened.
 */
type TransportErrorCode = "NETWORK_ERROR" | "UNEXPECTED_REPLY" | "ABORTED";
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
    readonly name = "FleetClientError";
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

/** Everything that the server can do. REST is a table over it. */
declare const appRouter: _trpc_server.TRPCBuiltRouter<{
    ctx: object;
    meta: object;
    errorShape: {
        data: {
            requestId: string | undefined;
            fleet: {
                code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                    code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                idempotencyKey?: string | undefined;
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
                attempt: number;
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
                attempt: number;
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
                attempt: number;
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
                attempt: number;
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
                attempt: number;
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                    code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
            };
            output: OpenPrompt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
            };
            output: OpenPrompt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                type?: string | undefined;
                jobType?: string | undefined;
                userId?: string | undefined;
                limit?: number | undefined;
                cursor?: string | undefined;
            };
            output: InboxPage$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
            };
            output: ResponseReceipt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                jobId: string;
                response: JsonObject;
                idempotencyKey?: string | undefined;
            };
            output: ResponseReceipt$1;
            meta: object;
            errorShape: {
                data: {
                    requestId: string | undefined;
                    fleet: {
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                    code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
                        code: "INVALID_INPUT" | "JOB_NOT_FOUND" | "JOB_ALREADY_EXISTS" | "JOB_ACTIVE" | "INVALID_TRANSITION" | "VERSION_MISMATCH" | "IDEMPOTENCY_CONFLICT" | "PROMPT_NOT_FOUND" | "NO_OPEN_PROMPT" | "SEVERAL_OPEN_PROMPTS" | "PROMPT_ALREADY_ANSWERED" | "PROMPT_CLOSED" | "STORE_UNAVAILABLE" | "INTERNAL";
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
    /** Default: the global `fetch`. */
    readonly fetch?: typeof globalThis.fetch | undefined;
    /**
     * How often a call that is safe to repeat is repeated when the server is away (no reply, or 502,
     * 503, 504). Default: 4, with waits that double from about 100 ms. 0 turns it off.
     */
    readonly maxRetries?: number | undefined;
}

type Inputs$1 = inferRouterInputs<AppRouter>["hitl"];
type Outputs$1 = inferRouterOutputs<AppRouter>["hitl"];
/** One question to a person, opened by a job. */
type Prompt = Outputs$1["get"];
/** A prompt that waits for a person. */
type OpenPrompt = Outputs$1["current"];
/** What a prompt is opened with. */
type NewPrompt = Omit<Inputs$1["open"], "jobId">;
/** What a person says to a prompt. */
type PromptResponse = Inputs$1["respond"]["response"];
/** What the winner of a prompt is told. */
type ResponseReceipt = Outputs$1["respond"];
/** Which open prompts the inbox shows, and how many. Filters combine with "and". */
type InboxQuery = Inputs$1["inbox"];
/** One page of the inbox, oldest first. */
type InboxPage = Outputs$1["inbox"];
interface RespondOptions extends CallOptions {
    /** Names the response, so that another process can repeat it and get the receipt again. */
    readonly idempotencyKey?: string | undefined;
}
/** The person in the loop. Every method throws {@link FleetClientError}. */
interface HitlClient {
    /** Opens a prompt: the job waits for a person from now on. Throws `INVALID_TRANSITION` when the job has ended. */
    open(jobId: string, prompt: NewPrompt, options?: CallOptions): Promise<OpenPrompt>;
    /** The one open prompt of a job. Throws `NO_OPEN_PROMPT`, or `SEVERAL_OPEN_PROMPTS` with their ids. */
    current(jobId: string, options?: CallOptions): Promise<OpenPrompt>;
    /** The prompt, open or not. Throws `PROMPT_NOT_FOUND`. */
    get(promptId: string, options?: CallOptions): Promise<Prompt>;
    /** Open prompts of all jobs, oldest first. */
    inbox(query?: InboxQuery, options?: CallOptions): Promise<InboxPage>;
    /**
     * Answers a prompt; the first response wins. Safe against lost replies: a repetition by this
     * client gets the first receipt.
     *
     * Throws `PROMPT_ALREADY_ANSWERED` with the winner in `details`; `PROMPT_CLOSED` when the job ended first.
     */
    respond(promptId: string, response: PromptResponse, options?: RespondOptions): Promise<ResponseReceipt>;
    /** Answers the one open prompt of a job. Throws as `respond` and `current` do. */
    respondToJob(jobId: string, response: PromptResponse, options?: RespondOptions): Promise<ResponseReceipt>;
}

type Inputs = inferRouterInputs<AppRouter>["jobs"];
type Outputs = inferRouterOutputs<AppRouter>["jobs"];
/** One piece of long work. Its `status` decides what else it has. */
type Job = Outputs["get"];
/** What a job can be created with. Every field has a default, so `{}` is a job. */
type NewJob = Omit<Inputs["create"], "idempotencyKey">;
/** A job, and whether the request that asked for it had been acknowledged before. */
type CreatedJob = Outputs["create"];
/** What an update may change. A field that is absent stays as it is; at least one must be there. */
type JobChange = Omit<Inputs["update"], "id" | "ifVersion">;
/** Which jobs a list shows, and how many. Filters combine with "and". */
type JobQuery = Inputs["list"];
/** One page of a list, newest first; hand `nextCursor` back as `cursor` to get the next one. */
type JobPage = Outputs["list"];
/** One line of a job's history: there is exactly one for every version. */
type JobEvent = Outputs["events"]["events"][number];
/** Counts over all jobs. */
type JobStats = Outputs["stats"];
interface CreateOptions extends CallOptions {
    /** Names the request, so that another process can repeat it without creating a second job. */
    readonly idempotencyKey?: string | undefined;
}
interface ChangeOptions extends CallOptions {
    /** Refuse with `VERSION_MISMATCH` unless the job still has this version. */
    readonly ifVersion?: number | undefined;
}
interface CancelOptions extends ChangeOptions {
    /** Why, in words; becomes the job's `error`. */
    readonly reason?: string | undefined;
}
interface GetOptions extends CallOptions {
    /** The highest version that you have seen: an older copy is not good enough. */
    readonly minVersion?: number | undefined;
}
interface EventsOptions extends CallOptions {
    /** Only events of later versions. Default: from the beginning. */
    readonly afterVersion?: number | undefined;
    /** From 1 to 200. Default: 50. */
    readonly limit?: number | undefined;
}
/** The jobs of a server. Every method throws {@link FleetClientError}. */
interface JobsClient {
    /**
     * Creates a job in status `pending`. Safe against lost replies: a repetition by this client finds
     * the job of the first time.
     *
     * Throws `INVALID_INPUT`; `JOB_ALREADY_EXISTS` when another job has the id; `IDEMPOTENCY_CONFLICT`
     * when the key came with a different job before.
     */
    create(job?: NewJob, options?: CreateOptions): Promise<CreatedJob>;
    /** The job. Throws `JOB_NOT_FOUND`. With the database unreachable it may be an older copy, with `stale: true`. */
    get(id: string, options?: GetOptions): Promise<Job>;
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

type ClientOptions = ConnectionOptions;
/** A fleet behind a server. */
interface FleetClient {
    readonly jobs: JobsClient;
    readonly hitl: HitlClient;
}
/**
 * Makes a client. It holds no connection and needs no closing.
 *
 * Calls of the same tick share a request. What is safe to repeat (reads, `jobs.create`,
 * `hitl.respond`) is repeated when the server does not reply or says that it is unavailable.
 */
declare function createClient(options: ClientOptions): FleetClient;

export { FleetClientError, createClient };
export type { CallOptions, CancelOptions, ChangeOptions, ClientOptions, CreateOptions, CreatedJob, EventsOptions, FleetClient, FleetClientErrorCode, GetOptions, HitlClient, InboxPage, InboxQuery, Job, JobChange, JobEvent, JobPage, JobQuery, JobStats, JobsClient, Json, JsonObject, NewJob, NewPrompt, OpenPrompt, Prompt, PromptResponse, RespondOptions, ResponseReceipt, TransportErrorCode };
