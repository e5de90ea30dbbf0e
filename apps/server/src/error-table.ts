import type { ErrorCode } from "@skill-fleet/core";
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server";

interface ErrorRow {
  readonly trpc: TRPC_ERROR_CODE_KEY;
  readonly http: number;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
}

/** What each error of the fleet is called on the wires. A code without a row does not compile. */
export const errorTable = {
  INVALID_INPUT: { trpc: "UNPROCESSABLE_CONTENT", http: 422, retryable: false },
  JOB_NOT_FOUND: { trpc: "NOT_FOUND", http: 404, retryable: false },
  JOB_ALREADY_EXISTS: { trpc: "CONFLICT", http: 409, retryable: false },
  JOB_ACTIVE: { trpc: "CONFLICT", http: 409, retryable: false },
  JOB_LEASED: { trpc: "CONFLICT", http: 409, retryable: false },
  LEASE_LOST: { trpc: "CONFLICT", http: 409, retryable: false },
  INVALID_TRANSITION: { trpc: "CONFLICT", http: 409, retryable: false },
  VERSION_MISMATCH: { trpc: "PRECONDITION_FAILED", http: 412, retryable: false },
  IDEMPOTENCY_CONFLICT: { trpc: "CONFLICT", http: 409, retryable: false },
  PROMPT_NOT_FOUND: { trpc: "NOT_FOUND", http: 404, retryable: false },
  NO_OPEN_PROMPT: { trpc: "NOT_FOUND", http: 404, retryable: false },
  SEVERAL_OPEN_PROMPTS: { trpc: "CONFLICT", http: 409, retryable: false },
  PROMPT_ALREADY_ANSWERED: { trpc: "CONFLICT", http: 409, retryable: false },
  PROMPT_CHANGED: { trpc: "CONFLICT", http: 409, retryable: false },
  PROMPT_EXPIRED: { trpc: "CONFLICT", http: 410, retryable: false },
  PROMPT_CLOSED: { trpc: "CONFLICT", http: 409, retryable: false },
  STORE_UNAVAILABLE: { trpc: "SERVICE_UNAVAILABLE", http: 503, retryable: true },
  INTERNAL: { trpc: "INTERNAL_SERVER_ERROR", http: 500, retryable: false },
} as const satisfies Record<ErrorCode, ErrorRow>;
