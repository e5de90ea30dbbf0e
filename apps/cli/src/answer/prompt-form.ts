import type { Json, OpenPrompt } from "@skill-fleet/client";
import { type Field, type Form, textField } from "./form.ts";
import { schemaForm } from "./schema-form.ts";

/** What decides about the questions. */
type Asked = Pick<OpenPrompt, "type" | "data" | "responseSchema">;

/** The questions of `clarify`, in the one form that the server puts them into. */
interface Question {
  readonly text: string;
  readonly options: readonly string[];
  readonly allows_multiple: boolean;
  readonly rationale: string | null;
}

/** What to ask a person whom a prompt asks: what its schema says, or its questions, or one text. */
export function promptForm({ type, data, responseSchema }: Asked): Form {
  const form = responseSchema === null ? undefined : schemaForm(responseSchema);
  if (form !== undefined) return form;
  const questions = type === "clarify" ? questionsOf(data) : [];
  return questions.length > 0 ? questionsForm(questions) : oneText;
}

const oneText: Form = {
  fields: [textField({ name: "answer", label: "Your answer", required: true })],
  respond: (values) => Object.fromEntries(values),
};

function questionsForm(questions: readonly Question[]): Form {
  return {
    fields: questions.map(fieldOf),
    respond: (values) => ({
      answers: questions.flatMap(({ text }, index) => {
        const answer = values.get(String(index));
        return answer === undefined ? [] : [{ question: text, answer }];
      }),
    }),
  };
}

function fieldOf({ text, options, allows_multiple, rationale }: Question, index: number): Field {
  const base = { name: String(index), label: text, hint: rationale ?? undefined, required: true };
  const choices = options.map((option) => ({ value: option, label: option }));
  if (choices.length === 0) return textField(base);
  if (allows_multiple) return { ...base, kind: "multiselect", choices, initial: [] };
  return { ...base, kind: "select", choices, allowsOther: true };
}

function questionsOf(data: Json): Question[] {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return [];
  const { questions } = data;
  return Array.isArray(questions) && questions.every(isQuestion) ? (questions as unknown as Question[]) : [];
}

function isQuestion(value: Json): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { text, options } = value;
  return typeof text === "string" && Array.isArray(options) && options.every((option) => typeof option === "string");
}
