import { describe, expect, test } from "vitest";
import { normalizeClarifyData } from "./clarify-questions.ts";

const plain = (text: string) => ({ text, options: [], allows_multiple: false, rationale: null });

describe("the questions of a clarify prompt", () => {
  test.each([
    ["one string is one question", "Which language?", [plain("Which language?")]],
    ["a numbered list is its items", "1. Which language?\n2) How long?", [plain("Which language?"), plain("How long?")]],
    ["a bulleted list is its items", "- Which?\n* How?\n", [plain("Which?"), plain("How?")]],
    ["an introduction is no question", "Please say:\n1. Which?", [plain("Which?")]],
    ["a line without a mark continues its item", "1. Which\n   of both?\n2. How?", [plain("Which of both?"), plain("How?")]],
    ["strings are questions", ["Which?", "How?"], [plain("Which?"), plain("How?")]],
    ["no text is no question", "  \n", []],
  ])("%s", (_, given, questions) => {
    expect(normalizeClarifyData(given)).toEqual({ questions });
    expect(normalizeClarifyData({ questions: given })).toEqual({ questions });
  });

  test("objects keep what they say, whatever they call it", () => {
    const given = [
      { question: "Which?", choices: ["a", { label: "b" }, 3], multiple: true, why: "It matters." },
      { text: "How?", options: [], allows_multiple: false, rationale: null },
    ];
    expect(normalizeClarifyData(given)).toEqual({
      questions: [{ text: "Which?", options: ["a", "b", "3"], allows_multiple: true, rationale: "It matters." }, plain("How?")],
    });
  });

  test("what else the data has stays", () => {
    expect(normalizeClarifyData({ questions: "Which?", draft: 1 })).toEqual({ questions: [plain("Which?")], draft: 1 });
  });

  test("one question as an object is a question", () => {
    expect(normalizeClarifyData({ question: "Which?" })).toEqual({ questions: [plain("Which?")] });
  });

  test.each([[null], [7], [{ draft: "no questions here" }]])("data without questions stays: %j", (data) => {
    expect(normalizeClarifyData(data)).toEqual(data);
  });

  test("the one form stays as it is", () => {
    const once = normalizeClarifyData(["Which?", { text: "How?", options: ["a"] }]);
    expect(normalizeClarifyData(once)).toEqual(once);
  });
});
