import type { Json, JsonObject } from "@skill-fleet/client";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Field, TypedField } from "./form.ts";
import { promptForm } from "./prompt-form.ts";

const formOf = (responseSchema: JsonObject | null, type = "question", data: Json = null) => promptForm({ type, data, responseSchema });
const fieldOf = (schema: Json, required = true): Field => {
  const [field] = formOf({ type: "object", properties: { x: schema }, required: required ? ["x"] : [] }).fields;
  return field as Field;
};
const read = (field: Field, text: string) => (field as TypedField).read(text);

describe("the fields of a schema", () => {
  test("a decision is chosen, and its feedback may be left out", () => {
    const { fields, respond } = formOf({
      type: "object",
      properties: { action: { enum: ["proceed", "revise"] }, feedback: { type: "string" } },
      required: ["action"],
    });
    expect(fields).toMatchObject([
      { kind: "select", name: "action", required: true, choices: [{ value: "proceed" }, { value: "revise" }] },
      { kind: "typed", name: "feedback", required: false },
    ]);
    expect(respond(new Map([["action", "revise"]]))).toEqual({ action: "revise" });
  });

  test.each<[string, Json, object]>([
    [
      "an enum of anything is chosen from",
      { enum: ["a", 1, null] },
      { kind: "select", choices: [{ label: "a" }, { label: "1" }, { label: "null" }] },
    ],
    ["a constant is chosen from one", { const: true }, { kind: "select", choices: [{ value: true }] }],
    [
      "constants with titles are chosen by title",
      { oneOf: [{ const: 1, title: "One", description: "first" }, { const: 2 }] },
      {
        kind: "select",
        choices: [
          { value: 1, label: "One", hint: "first" },
          { value: 2, label: "2" },
        ],
      },
    ],
    [
      "an array of an enum is many of them",
      { type: "array", items: { enum: ["a", "b"] }, default: ["b"] },
      { kind: "multiselect", initial: ["b"] },
    ],
    ["a boolean is yes or no", { type: "boolean", default: true }, { kind: "confirm", initial: true }],
    ["a number is typed", { type: "number", default: 3 }, { kind: "typed", initial: "3" }],
    ["a text is typed", { type: "string", default: "x" }, { kind: "typed", initial: "x" }],
    ["a type that may be null is that type", { type: ["string", "null"] }, { kind: "typed", hint: undefined }],
    ["an object is typed as JSON", { type: "object" }, { kind: "typed", hint: "JSON" }],
    [
      "alternatives of other things are typed as JSON",
      { anyOf: [{ type: "string" }, { type: "number" }] },
      { kind: "typed", hint: "JSON" },
    ],
    [
      "a title is the label, a description the hint",
      { type: "string", title: "Name", description: "in full" },
      { label: "Name", hint: "in full" },
    ],
    ["true allows JSON", true, { kind: "typed", hint: "JSON" }],
  ])("%s", (_, schema, field) => {
    expect(fieldOf(schema)).toMatchObject(field);
  });

  test("an optional boolean can be left out", () => {
    expect(fieldOf({ type: "boolean" }, false)).toMatchObject({
      kind: "select",
      required: false,
      choices: [{ value: true }, { value: false }],
    });
  });

  test.each<[Json, string, object]>([
    [{ type: "integer" }, "3", { value: 3 }],
    [{ type: "integer" }, "3.5", { problem: "Write a whole number." }],
    [{ type: "number" }, "many", { problem: "Write a number." }],
    [{ type: "number" }, " ", { problem: "Write a number." }],
    [{ type: "number", minimum: 2 }, "1", { problem: "It must be at least 2." }],
    [{ type: "number", maximum: 2 }, "3", { problem: "It must be at most 2." }],
    [{ type: "string", minLength: 2 }, "ä", { problem: "Write at least 2 characters." }],
    [{ type: "string", maxLength: 2 }, "😀😀", { value: "😀😀" }],
    [{ type: "string", maxLength: 1 }, "ab", { problem: "Write at most 1 characters." }],
    [{ type: "object" }, '{"a":[1]}', { value: { a: [1] } }],
    [{ type: "object" }, "{", { problem: expect.stringMatching(/^It must be JSON/) }],
  ])("of %j the text %j reads as %j", (schema, text, expected) => {
    expect(read(fieldOf(schema), text)).toEqual(expected);
  });

  test("local references are followed, whatever their keys are called", () => {
    const { fields } = formOf({
      type: "object",
      properties: { x: { $ref: "#/$defs/a~1b%20c" } },
      $defs: { "a/b c": { $ref: "#/$defs/end" }, end: { type: "boolean" } },
      required: ["x"],
    });
    expect(fields).toMatchObject([{ kind: "confirm" }]);
  });

  test("references in a circle, to nowhere, or to elsewhere allow JSON", () => {
    for (const $ref of ["#/properties/x", "#/$defs/nothing", "https://example.com/schema", "#/%zz"]) {
      expect(fieldOf({ $ref })).toMatchObject({ kind: "typed", hint: "JSON" });
    }
  });

  test("no schema is so strange that it throws", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("type", "enum", "oneOf", "items", "$ref", "default", "minLength"), fc.jsonValue()),
        (schema) => {
          const form = formOf({ type: "object", properties: { x: schema as JsonObject }, required: "x" });
          expect(form.fields).toHaveLength(1);
        },
      ),
    );
  });
});

describe("a prompt without properties", () => {
  test("is answered with one text", () => {
    for (const schema of [null, { type: "object", minProperties: 1 }, {}]) {
      const { fields, respond } = formOf(schema);
      expect(fields).toMatchObject([{ kind: "typed", label: "Your answer", required: true }]);
      expect(respond(new Map([["answer", "yes"]]))).toEqual({ answer: "yes" });
    }
  });

  test.each<[string, JsonObject]>([
    ["a choice between objects", { oneOf: [{ type: "object", properties: { kind: { const: "a" } } }, { type: "object" }] }],
    ["a record", { type: "object", additionalProperties: { type: "number" } }],
    ["a reference to one of these", { $ref: "#/$defs/a", $defs: { a: { anyOf: [{}] } } }],
  ])("that wants %s is answered with a JSON object", (_, schema) => {
    const { fields, respond } = formOf(schema);
    expect(fields).toMatchObject([{ kind: "typed", label: expect.stringContaining("JSON object"), required: true }]);
    const [field] = fields as [Field];
    expect(read(field, '{"a":1}')).toEqual({ value: { a: 1 } });
    expect(read(field, "[]")).toEqual({ problem: "It must be a JSON object." });
    expect(read(field, "{")).toEqual({ problem: expect.stringMatching(/^It must be JSON/) });
    expect(respond(new Map([[field.name, { a: 1 }]]))).toEqual({ a: 1 });
  });

  test("that is clarify asks each of its questions", () => {
    const question = { options: [], allows_multiple: false, rationale: null };
    const questions = [
      { ...question, text: "How long?", rationale: "It matters." },
      { ...question, text: "Which?", options: ["a", "b"] },
      { ...question, text: "What else?", options: ["c", "d"], allows_multiple: true },
    ];
    const { fields, respond } = formOf({ type: "object", minProperties: 1 }, "clarify", { questions });
    expect(fields).toMatchObject([
      { kind: "typed", label: "How long?", hint: "It matters." },
      { kind: "select", label: "Which?", allowsOther: true },
      { kind: "multiselect", label: "What else?" },
    ]);
    const values = new Map<string, Json>(Object.entries({ 0: "long", 1: "a", 2: ["c", "d"] }));
    expect(respond(values)).toEqual({
      answers: [
        { question: "How long?", answer: "long" },
        { question: "Which?", answer: "a" },
        { question: "What else?", answer: ["c", "d"] },
      ],
    });
  });

  test("that is clarify with data of another form is answered with one text", () => {
    for (const data of [null, "x", { questions: [] }, { questions: [{ text: 1, options: [] }] }, { questions: "?" }]) {
      expect(formOf(null, "clarify", data).fields).toMatchObject([{ label: "Your answer" }]);
    }
  });
});
