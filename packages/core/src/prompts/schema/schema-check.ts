import type { InputProblem } from "../../errors.ts";
import type { Json } from "../../json.ts";

/** What is asked of the thread that runs other people's schemas. Without a response only the schema is looked at. */
export interface SchemaQuestion {
  readonly schema: string;
  readonly response?: Json;
}

/** What it found. A problem of the schema itself makes every response unusable. */
export type SchemaVerdict =
  | { readonly kind: "fits" }
  | { readonly kind: "bad_schema"; readonly problems: readonly InputProblem[] }
  | { readonly kind: "bad_response"; readonly problems: readonly InputProblem[] };

/** What the thread says: once that it is ready, and then a verdict for every question, in their order. */
export type SchemaReply = SchemaVerdict | { readonly kind: "ready" };
