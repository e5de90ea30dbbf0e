import type { ErrorCode } from "@skill-fleet/core";
import type { AppRouter } from "@skill-fleet/server";
import { TRPCClientError } from "@trpc/client";

/**
 * What can go wrong on the way to the fleet and back.
 *
 * - `NETWORK_ERROR`: no reply; what was asked may have happened.
 * - `UNEXPECTED_REPLY`: a reply that is not the fleet's: a proxy's page, another version, a body that is too large.
 * - `ABORTED`: the caller's signal ended the wait; what was asked may have happened.
 */
export type TransportErrorCode = "NETWORK_ERROR" | "UNEXPECTED_REPLY" | "ABORTED";

/** What a call can fail with: in the fleet, or on the way to it. */
export type FleetClientErrorCode = ErrorCode | TransportErrorCode;

export interface FleetClientErrorFacts {
  readonly jobId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly cause?: unknown;
}

/** The one error that the client throws: `code` for programs, `message` for people. */
export class FleetClientError extends Error {
  /** Always this word, in every copy of the package. */
  override readonly name = "FleetClientError";
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

  constructor(code: FleetClientErrorCode, message: string, facts: FleetClientErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.jobId = facts.jobId;
    this.details = facts.details;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.retryable = facts.retryable ?? false;
  }

  /** Whether a value is a `FleetClientError`, and has the code if one is asked for; also one of another copy of this package. */
  static is(value: unknown, code?: FleetClientErrorCode): value is FleetClientError {
    return value instanceof Error && value.name === "FleetClientError" && "code" in value && (code === undefined || value.code === code);
  }
}

const transientStatuses = [502, 503, 504];

/** What tRPC's client threw, in the words of the fleet. */
export function toClientError(thrown: unknown): FleetClientError {
  if (FleetClientError.is(thrown)) return thrown;
  if (!isTrpcError(thrown)) return new FleetClientError("NETWORK_ERROR", String(thrown), { cause: thrown });
  const { data, message, cause, meta } = thrown;
  if (FleetClientError.is(cause)) return cause;
  if (data?.fleet) {
    const { code, jobId, details, retryable } = data.fleet;
    return new FleetClientError(code, message, { jobId, details, retryable, status: data.httpStatus, requestId: data.requestId });
  }
  const status = data?.httpStatus ?? statusOf(meta);
  if (status === undefined) {
    return new FleetClientError("NETWORK_ERROR", `The server cannot be reached: ${describe(cause ?? thrown)}`, {
      retryable: true,
      cause: thrown,
    });
  }
  return unexpectedReply(status, detailOf(meta) ?? message);
}

/** A reply that is not the fleet's. */
export function unexpectedReply(status: number, reason: string): FleetClientError {
  const text = `The server's reply (status ${status}) is not one that this client knows: ${reason}`;
  return new FleetClientError("UNEXPECTED_REPLY", text, { status, retryable: transientStatuses.includes(status) });
}

function isTrpcError(value: unknown): value is TRPCClientError<AppRouter> {
  return value instanceof TRPCClientError;
}

function statusOf(meta: Record<string, unknown> | undefined): number | undefined {
  const { response } = meta ?? {};
  return response instanceof Response ? response.status : undefined;
}

/** What a problem document says. */
function detailOf(meta: Record<string, unknown> | undefined): string | undefined {
  const { responseJSON } = meta ?? {};
  const isProblem = typeof responseJSON === "object" && responseJSON !== null && "detail" in responseJSON;
  return isProblem && typeof responseJSON.detail === "string" ? responseJSON.detail : undefined;
}

/** `fetch` says "fetch failed" and hides the reason one level down. */
function describe(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? cause.message || ("code" in cause ? String(cause.code) : error.message) : error.message;
}
