import { expect, test } from "vitest";
import type { Json } from "../../json.ts";
import { actionOf, actionWords } from "./action-words.ts";
import { kindOf, promptKinds } from "./prompt-kinds.ts";

test("each word means one action, whatever its case", () => {
  const words = Object.values(actionWords).flat();
  expect(new Set(words).size).toBe(words.length);
  for (const [action, [first]] of Object.entries(actionWords)) expect(first).toBe(action);
  expect([actionOf(" YES "), actionOf("Stop"), actionOf("edit")]).toEqual(["proceed", "cancel", "revise"]);
  for (const none of ["", "perhaps", "constructor", null, 1, true]) expect(actionOf(none)).toBeUndefined();
});

test("a type that brings nothing has no kind, whatever it is called", () => {
  for (const type of ["question", "", "constructor", "__proto__"]) expect(kindOf(type)).toBeUndefined();
});

test.each<[Json, Json]>([
  [{ action: "Approve" }, { action: "proceed" }],
  [
    { answer: "yes", confidence: 0.9 },
    { action: "proceed", answer: "yes", confidence: 0.9 },
  ],
  [
    { action: "edit", feedback: "shorter" },
    { action: "revise", feedback: "shorter" },
  ],
  [
    { action: "cancel", answer: "yes" },
    { action: "cancel", answer: "yes" },
  ],
  [{ action: "dance" }, { action: "dance" }],
  [{}, {}],
  ["yes", "yes"],
  [null, null],
  [["yes"], ["yes"]],
])("a decision said as %j is %j", (said, meant) => {
  expect(promptKinds.confirm.normalizeResponse(said)).toEqual(meant);
});
