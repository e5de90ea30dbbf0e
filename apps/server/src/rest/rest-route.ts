import type { ErrorCode } from "@skill-fleet/core";
import type { z } from "zod";
import type { ProcedurePath } from "../router.ts";
import type { ProcedureOf } from "./rest-procedure.ts";

/** Where the API begins; only the probes stand outside. */
export const restPrefix = "/api/v2";

type RestMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * One line of the REST table: where a procedure is found, and how its input and output travel.
 *
 * A field of the input that the path names is read there; one that {@link fieldHeaders} names, in
 * its header; the others in the query of a GET or DELETE, or where the body is one field as a
 * whole, and else in the body. Names on the wire are snake_case, and those that a schema gives as `wire`.
 */
export interface RestRoute {
  readonly method: RestMethod;
  /** With parameters in braces. */
  readonly path: `/${string}`;
  readonly procedure: ProcedurePath;
  readonly summary: string;
  readonly input?: z.ZodObject | undefined;
  /** The field of the input that is the body as a whole. Default: the body's fields are the input's. */
  readonly bodyField?: string | undefined;
  /** `z.void()` with status 204: the reply has no body. */
  readonly output: z.ZodType;
  readonly status: number;
  /** The status of a repetition, whose body is the one of the first time. Default: `status`. */
  readonly repeatedStatus?: number;
  /** Errors that are this route's own, for its documentation. */
  readonly errors: readonly ErrorCode[];
  /** Whether the entity tag is the version of all that the reply says: whoever has it already gets 304 and no body. */
  readonly conditional?: boolean;
  /** What a reply says beside its body. */
  reply?(output: never): ReplyDetails;
}

interface ReplyDetails {
  /** Whether the request has been made before. */
  readonly isRepetition?: boolean;
  readonly headers?: Record<string, string>;
}

interface TypedRoute<Input extends z.ZodObject, Output extends z.ZodType>
  extends Omit<RestRoute, "procedure" | "input" | "output" | "bodyField" | "reply"> {
  readonly procedure: ProcedureOf<z.input<Input>, z.input<Output>>;
  readonly input?: Input;
  readonly bodyField?: keyof z.input<Input> & string;
  readonly output: Output;
  reply?(output: z.output<Output>): ReplyDetails;
}

/** Checks a line of the table: its procedure takes this input and returns this output. */
export function route<Input extends z.ZodObject, Output extends z.ZodType>(line: TypedRoute<Input, Output>): RestRoute {
  return line;
}

/** The header with which a caller can say later what it has seen. */
export function entityTag(version: number | string): { etag: string } {
  return { etag: `"${version}"` };
}
