import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../json.ts";
import { buildChange, buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

function nest(levels: number): Json {
  let value: Json = "bottom";
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

const values: Record<string, Json> = {
  null: null,
  "false, zero and the empty string": [false, 0, ""],
  "the largest and the smallest numbers": [Number.MAX_VALUE, 1e308, -1e308, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER, 0.1, 1 / 3],
  "letters of every kind": ["ä ß 漢字 עברית", "👩‍👩‍👧‍👦", "\u{10FFFF}", "e\u0301", "\u200b\ufeff"],
  "quotes, backslashes and line breaks": ["\"'`", "\\", "\\n", "a\nb\r\n\tc", "\\u0000", "\u2028\u2029", "\u001f\u007f"],
  "what looks like SQL": ["'; drop table jobs; --", "$1", "$$", "%s", ":name", "{}", "NULL", "\\x00"],
  "keys that objects have by birth": JSON.parse(
    '{"__proto__": {"a": 1}, "constructor": 1, "toString": null, "hasOwnProperty": []}',
  ) as Json,
  "empty and odd keys": { "": 1, " ": 2, "a.b": 3, "0": 4, '"': 5, "\n": 6 },
  "empty arrays and objects": [[], {}, [[]], [{}], { a: [] }],
  "100 levels": nest(100),
  "a string of a million characters": "ä".repeat(1_000_000),
  "ten thousand elements": Array.from({ length: 10_000 }, (_, index) => ({ index })),
};

export function describeValues(fixture: StoreFixture): void {
  describe("values come back as they went in:", () => {
    test.each(Object.entries(values))("%s", async (_name, value) => {
      const { jobs, prompts } = fixture.store;
      const object: JsonObject = { value };
      const insert = buildInsert({ input: value, userContext: object, metadata: object });
      await jobs.insert(insert);
      expect(await jobs.find(insert.id)).toMatchObject({ input: value, userContext: object, metadata: object });
      const prompt = buildPrompt(insert.id, { data: value });
      await prompts.open(prompt, ["pending"]);
      const response = buildResponse(prompt, value, { idempotencyKey: "k" });
      await prompts.respond(response);
      const stored = await prompts.find(prompt.id);
      expect(stored?.data).toEqual(value);
      expect(stored?.response).toEqual(value);
      expect(await prompts.respond(response)).toMatchObject({ kind: "replayed" });
      await jobs.update(insert.id, buildChange({ status: "completed", result: value }));
      const job = await jobs.find(insert.id);
      expect([job?.input, job?.result, job?.userContext, job?.metadata]).toEqual([value, value, object, object]);
    });

    test("metadata keys that objects have by birth are merged and removed like any other", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert({ metadata: JSON.parse('{"__proto__": 1, "constructor": 2}') as JsonObject });
      await jobs.insert(insert);
      await jobs.update(insert.id, buildChange({ metadata: JSON.parse('{"__proto__": null, "toString": 3}') as JsonObject }));
      expect((await jobs.find(insert.id))?.metadata).toEqual({ constructor: 2, toString: 3 });
    });

    test("texts of every field", async () => {
      const { jobs } = fixture.store;
      const odd = "ä'\"\\\n\t$1 {} 👩‍👩‍👧‍👦 \\N";
      const insert = buildInsert({ type: odd, userId: odd, taskDescription: odd, actor: { id: odd, via: "api" } });
      await jobs.insert(insert);
      await jobs.update(insert.id, buildChange({ status: "running", currentPhase: odd, progressMessage: odd }));
      await jobs.update(insert.id, buildChange({ status: "failed", error: odd, errorStack: odd }));
      const texts = { type: odd, userId: odd, taskDescription: odd, currentPhase: odd, progressMessage: odd, error: odd, errorStack: odd };
      expect(await jobs.find(insert.id)).toMatchObject(texts);
      expect((await jobs.events(insert.id, 0, 1))[0]?.actor).toBe(odd);
    });

    test("a job that a caller changes after handing it over stays as it was", async () => {
      const { jobs } = fixture.store;
      const input = { list: [1] };
      const insert = buildInsert({ input });
      const inserting = jobs.insert(insert);
      await inserting;
      input.list.push(2);
      expect((await jobs.find(insert.id))?.input).toEqual({ list: [1] });
    });
  });
}
