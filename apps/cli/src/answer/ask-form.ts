import type { Readable, Writable } from "node:stream";
import { confirm, isCancel, multiselect, select, text } from "@clack/prompts";
import type { Json, JsonObject } from "@skill-fleet/client";
import { NothingSent } from "../failure.ts";
import { toOneLine } from "../terminal-text.ts";
import type { Choice, Field, Form, MultiselectField, SelectField, TypedField } from "./form.ts";

/** Where a person types, and where the questions appear. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

const leaveOut = "leave out";
const somethingElse = "something else";

/**
 * Asks every field of a form and returns the response.
 *
 * @throws {NothingSent} when the person breaks off
 */
export async function askForm(form: Form, terminal: Terminal): Promise<JsonObject> {
  const values = new Map<string, Json>();
  for (const field of form.fields) {
    const value = await ask(field, terminal);
    if (value !== undefined) values.set(field.name, value);
  }
  return form.respond(values);
}

/** Asks one field; undefined when it is left out. */
async function ask(field: Field, terminal: Terminal): Promise<Json | undefined> {
  switch (field.kind) {
    case "confirm":
      return answered(await confirm({ ...terminal, message: messageOf(field), initialValue: field.initial }));
    case "select":
      return askSelect(field, terminal);
    case "multiselect":
      return askMultiselect(field, terminal);
    case "typed":
      return askTyped(field, terminal);
  }
}

async function askSelect(field: SelectField, terminal: Terminal): Promise<Json | undefined> {
  const options = field.choices.map(optionOf);
  if (field.allowsOther) options.push({ value: somethingElse, label: "Something else" });
  if (!field.required) options.push({ value: leaveOut, label: "(leave out)" });
  const initial = field.choices.findIndex(({ value }) => isSame(value, field.initial));
  const initialValue = initial >= 0 ? String(initial) : field.required ? undefined : leaveOut;
  const chosen = answered(await select({ ...terminal, message: messageOf(field), options, ...(initialValue && { initialValue }) }));
  if (chosen === leaveOut) return undefined;
  if (chosen === somethingElse) return answered(await text({ ...terminal, message: messageOf(field), validate: requireText }));
  return field.choices[Number(chosen)]?.value;
}

async function askMultiselect(field: MultiselectField, terminal: Terminal): Promise<Json | undefined> {
  const initialValues = field.choices.flatMap(({ value }, index) =>
    field.initial.some((one) => isSame(one, value)) ? [String(index)] : [],
  );
  const options = field.choices.map(optionOf);
  const chosen = answered(await multiselect({ ...terminal, message: messageOf(field), options, initialValues, required: false }));
  const values = chosen.map((index) => field.choices[Number(index)]?.value as Json);
  return values.length === 0 && !field.required ? undefined : values;
}

async function askTyped(field: TypedField, terminal: Terminal): Promise<Json | undefined> {
  const isLeftOut = (typed: string) => typed === "" && !field.required;
  const validate = (typed = "") => {
    if (isLeftOut(typed)) return undefined;
    if (typed === "") return "It must be answered.";
    const read = field.read(typed);
    return "problem" in read ? read.problem : undefined;
  };
  const placeholder = field.required ? "" : "may be left empty";
  const typed = answered(await text({ ...terminal, message: messageOf(field), initialValue: field.initial, placeholder, validate })) ?? "";
  if (isLeftOut(typed)) return undefined;
  const read = field.read(typed);
  return "value" in read ? read.value : undefined;
}

function requireText(typed = ""): string | undefined {
  return typed === "" ? "It must be answered." : undefined;
}

/** @throws {NothingSent} */
function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (isCancel(answer)) throw new NothingSent();
  return answer as Exclude<Answer, symbol>;
}

/** What schemas say comes from strangers: none of it may move the cursor. */
function messageOf({ label, hint }: Field): string {
  return toOneLine(hint === undefined ? label : `${label} (${hint})`);
}

function optionOf({ label, hint }: Choice, index: number) {
  return { value: String(index), label: toOneLine(label), ...(hint !== undefined && { hint: toOneLine(hint) }) };
}

function isSame(a: Json, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
