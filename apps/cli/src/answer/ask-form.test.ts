import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { JsonObject } from "@skill-fleet/client";
import { expect, test } from "vitest";
import { NothingSent } from "../failure.ts";
import { askForm } from "./ask-form.ts";
import { promptForm } from "./prompt-form.ts";

const [enter, down, space, esc] = ["\r", "\u001b[B", " ", "\u001b"];

/** A terminal at which somebody presses keys, each step when its question is on the screen. */
function typing(steps: readonly [question: string, ...keys: string[]][]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 40 });
  const waiting = [...steps];
  let screen = "";
  output.on("data", (chunk) => {
    screen += chunk;
    const [question, ...keys] = waiting[0] ?? ["never"];
    if (!stripVTControlCharacters(screen).includes(question)) return;
    waiting.shift();
    screen = "";
    // After the prompt has begun to listen.
    setImmediate(() => {
      for (const key of keys) input.write(key);
    });
  });
  return { input, output };
}

const ask = (properties: JsonObject, required: string[], ...steps: [question: string, ...keys: string[]][]) =>
  askForm(promptForm({ type: "question", data: null, responseSchema: { type: "object", properties, required } }), typing(steps));

test("one of several is chosen with the arrows", async () => {
  const action = { enum: ["proceed", "revise", "cancel"] };
  expect(await ask({ action }, ["action"], ["action", down, enter])).toEqual({ action: "revise" });
});

test("many of several are chosen with the space bar", async () => {
  const tags = { type: "array", items: { enum: ["a", "b", "c"] } };
  expect(await ask({ tags }, ["tags"], ["tags", space, down, down, space, enter])).toEqual({ tags: ["a", "c"] });
});

test("texts, numbers, decisions and JSON are typed", async () => {
  const properties = { name: { type: "string" }, pages: { type: "integer" }, sure: { type: "boolean" }, more: { type: "object" } };
  const response = await ask(
    properties,
    Object.keys(properties),
    ["name", "Ada", enter],
    ["pages", "12", enter],
    ["sure", "y"],
    ["more", '{"a":1}', enter],
  );
  expect(response).toEqual({ name: "Ada", pages: 12, sure: true, more: { a: 1 } });
});

test("what may be left out is left out", async () => {
  const properties = {
    name: { type: "string" },
    kind: { enum: ["a"] },
    sure: { type: "boolean" },
    tags: { type: "array", items: { enum: ["a"] } },
  };
  const response = await ask(properties, [], ["name", enter], ["kind", enter], ["sure", enter], ["tags", enter]);
  expect(response).toEqual({});
});

test("what is wrong is said at once and can be corrected", async () => {
  const pages = { type: "integer", maximum: 40 };
  const response = await ask({ pages }, ["pages"], ["pages", "400", enter], ["at most 40", "\u007f", enter]);
  expect(response).toEqual({ pages: 40 });
});

test("an empty answer to what is required is not taken", async () => {
  expect(await ask({ name: { type: "string" } }, ["name"], ["name", enter], ["must be answered", "x", enter])).toEqual({ name: "x" });
});

test("something else than the options of a question is written", async () => {
  const questions = [{ text: "Which?", options: ["a"], allows_multiple: false, rationale: null }];
  const form = promptForm({ type: "clarify", data: { questions }, responseSchema: null });
  const terminal = typing([
    ["Something else", down, enter],
    ["Which?", "both", enter],
  ]);
  expect(await askForm(form, terminal)).toEqual({ answers: [{ question: "Which?", answer: "both" }] });
});

test("escape sends nothing", async () => {
  await expect(ask({ name: { type: "string" } }, ["name"], ["name", esc])).rejects.toBeInstanceOf(NothingSent);
});

test("what a schema says cannot give the terminal orders", async () => {
  const evil = "a\u001b]0;owned\u0007\nb";
  const terminal = typing([["a\\u001b", enter]]);
  const written: string[] = [];
  terminal.output.on("data", (chunk) => written.push(String(chunk)));
  const schema = { type: "object", properties: { x: { enum: [evil], title: evil, description: evil } }, required: ["x"] };
  expect(await askForm(promptForm({ type: "question", data: null, responseSchema: schema }), terminal)).toEqual({ x: evil });
  expect(written.join("")).not.toContain("owned\u0007");
});
