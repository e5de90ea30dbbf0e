import type { Json, JsonObject } from "@skill-fleet/client";

/** One thing to choose. */
export interface Choice {
  readonly value: Json;
  readonly label: string;
  readonly hint?: string | undefined;
}

interface FieldBase {
  /** Where its value stands among those of the form. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Whether it may not be left out. */
  readonly required: boolean;
}

export interface SelectField extends FieldBase {
  readonly kind: "select";
  readonly choices: readonly Choice[];
  readonly initial?: Json | undefined;
  /** Whether a text of one's own is an answer too. */
  readonly allowsOther?: boolean;
}

export interface MultiselectField extends FieldBase {
  readonly kind: "multiselect";
  readonly choices: readonly Choice[];
  readonly initial: readonly Json[];
}

interface ConfirmField extends FieldBase {
  readonly kind: "confirm";
  readonly initial: boolean;
}

/** What is typed; `read` makes a value of it, or says what is wrong with it. */
export interface TypedField extends FieldBase {
  readonly kind: "typed";
  readonly initial: string;
  read(text: string): { readonly value: Json } | { readonly problem: string };
}

/** One question of a form. */
export type Field = SelectField | MultiselectField | ConfirmField | TypedField;

/** What to ask a person, and how the answers make a response. */
export interface Form {
  readonly fields: readonly Field[];
  /** @param values by field name; a field that was left out is absent */
  respond(values: ReadonlyMap<string, Json>): JsonObject;
}

/** Takes any text. */
export function textField(
  base: Omit<FieldBase, "kind">,
  limits: { minLength?: number; maxLength?: number; initial?: string } = {},
): TypedField {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, initial = "" } = limits;
  return {
    ...base,
    kind: "typed",
    initial,
    read(text) {
      const length = [...text].length;
      if (length < minLength) return { problem: `Write at least ${minLength} characters.` };
      if (length > maxLength) return { problem: `Write at most ${maxLength} characters.` };
      return { value: text };
    },
  };
}
