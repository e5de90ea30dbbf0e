import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { maxProblems } from "../../errors.ts";
import type { Json, JsonObject } from "../../json.ts";
import { maxSchemaBytes, ResponseSchemas } from "./response-schemas.ts";

const schemas = new ResponseSchemas();
afterAll(() => schemas.close());

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "object", properties, ...more });
const problems = (schema: JsonObject, response: Json) => schemas.problemsOfResponse(schema, response);
/** Takes practically for ever on a text of many a's that ends otherwise. */
const slowPattern = object({ a: { type: "string", pattern: "^(a+)+$" } });
const slowResponse = { a: `${"a".repeat(40)}!` };

describe("a response", () => {
  test("that fits has no problems", async () => {
    const schema = object({ a: { type: "integer" }, b: { type: "string", format: "date-time" } }, { required: ["a"] });
    expect(await problems(schema, { a: 1, b: "2026-01-31T12:00:00Z", more: [] })).toEqual([]);
  });

  test.each<[string, JsonObject, Json, object[]]>([
    ["misses a field", object({}, { required: ["a"] }), {}, [{ path: ["a"], message: "is required" }]],
    ["has a field too many", object({}, { additionalProperties: false }), { a: 1 }, [{ path: ["a"], message: "is not a known field" }]],
    ["has another type", object({ a: { type: "string" } }), { a: 1 }, [{ path: ["a"], message: "must be string" }]],
    ["is none of a list", object({ a: { enum: ["x", 1] } }), { a: "y" }, [{ path: ["a"], message: 'must be one of: "x", 1' }]],
    ["is not the constant", object({ a: { const: true } }), { a: false }, [{ path: ["a"], message: "must be true" }]],
    [
      "is wrong deep inside",
      object({ a: { items: object({ b: { minimum: 1 } }) } }),
      { a: [{}, { b: 0 }] },
      [{ path: ["a", 1, "b"], message: "must be >= 1" }],
    ],
    ["has odd keys", object({ "a/b~c": { type: "null" } }), { "a/b~c": 1 }, [{ path: ["a/b~c"], message: "must be null" }]],
    ["is not of a format", object({ a: { format: "email" } }), { a: "x" }, [{ path: ["a"], message: 'must match format "email"' }]],
    [
      "is no tuple of draft 2020-12",
      object({ a: { prefixItems: [{ type: "string" }] } }),
      { a: [1] },
      [{ path: ["a", 0], message: "must be string" }],
    ],
    [
      "has a field that no part evaluates",
      { allOf: [object({ a: {} })], unevaluatedProperties: false },
      { b: 1 },
      [{ path: ["b"], message: "is not a known field" }],
    ],
    [
      "does not fit what a reference says",
      { ...object({ a: { $ref: "#/$defs/b" } }), $defs: { b: { type: "string" } } },
      { a: 1 },
      [{ path: ["a"], message: "must be string" }],
    ],
    ["does not fit what the whole says of a part", object({ a: { $ref: "#" } }), { a: 1 }, [{ path: ["a"], message: "must be object" }]],
  ])("that %s has its path", async (_, schema, response, expected) => {
    expect(await problems(schema, response)).toEqual(expected);
  });

  test("with several problems has all of them", async () => {
    expect(await problems(object({ a: { type: "string" }, b: { type: "string" } }), { a: 1, b: 2 })).toHaveLength(2);
  });

  test("that is wrong everywhere has its first problems only", async () => {
    expect(await problems(object({ a: { items: { type: "string" } } }), { a: Array(10_000).fill(0) })).toHaveLength(maxProblems);
  });
});

describe("a schema", () => {
  test.each<[string, JsonObject]>([
    ["an empty one", {}],
    ["one of draft 2020-12 by name", { $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" }],
    ["one that refers to itself", { $ref: "#/$defs/a", $defs: { a: { properties: { a: { $ref: "#/$defs/a" } } } } }],
    ["one with a format that nobody knows", { format: "shoe-size" }],
    ["one with a name", { $id: "https://example.com/report", type: "object" }],
  ])("%s is one", async (_, schema) => {
    expect(await schemas.problemsOfSchema(schema)).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ["a wrong type", object({ a: { type: "wish" } })],
    ["a reference to elsewhere", object({ a: { $ref: "https://example.com/schema" } })],
    ["a reference to the schema of schemas", object({ a: { $ref: "https://json-schema.org/draft/2020-12/schema" } })],
    ["a reference to nothing", object({ a: { $ref: "#/$defs/nothing" } })],
    ["a pattern that is none", object({ a: { pattern: "(" } })],
    ["a reference to itself and nothing else", { type: "object", $ref: "#" }],
    ["references in a circle", { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }],
    ["a keyword of the validator's own", { $async: true }],
    ["another dialect", { $schema: "http://json-schema.org/draft-07/schema#" }],
    ["too many bytes", { description: "x".repeat(maxSchemaBytes) }],
  ])("with %s is none", async (_, schema) => {
    expect(await schemas.problemsOfSchema(schema)).not.toEqual([]);
  });

  test("of another dialect is told which one is known", async () => {
    const draft7 = { $schema: "http://json-schema.org/draft-07/schema#" };
    expect(await schemas.problemsOfSchema(draft7)).toEqual([{ path: ["$schema"], message: expect.stringContaining("draft/2020-12") }]);
  });

  test("has the paths of its mistakes", async () => {
    const found = await schemas.problemsOfSchema(object({ a: { type: "wish" } }));
    expect(found[0]).toMatchObject({ path: ["properties", "a", "type"], message: expect.stringContaining("must be one of") });
  });

  test("of the same name as another does not meet it", async () => {
    const $id = "https://example.com/a";
    const [text, number] = [object({ a: { type: "string" } }, { $id }), object({ a: { type: "number" } }, { $id })];
    expect([await problems(text, { a: "x" }), await problems(number, { a: 1 })]).toEqual([[], []]);
    expect(await problems(text, { a: 1 })).toHaveLength(1);
  });

  test("that takes the name of the schema of schemas harms no other", async () => {
    await schemas.problemsOfSchema({ $id: "https://json-schema.org/draft/2020-12/schema", type: "string" });
    expect(await schemas.problemsOfSchema(object({ a: { type: "wish" } }))).not.toEqual([]);
    expect(await schemas.problemsOfSchema(object({ a: { type: "string" } }))).toEqual([]);
  });
});

test("a schema that refers to itself without end for some responses has problems with those", async () => {
  expect(await schemas.problemsOfSchema({ if: { type: "object" }, else: { $ref: "#" } })).toEqual([]);
  const schema = { properties: { a: { $ref: "#/$defs/b" } }, $defs: { b: { type: "string", $ref: "#/$defs/b" } } };
  expect(await problems(schema, { b: "x" })).toEqual([]);
  expect(await problems(schema, { a: "x" })).toEqual([{ path: [], message: expect.stringContaining("refers to itself without end") }]);
});

describe("what takes for ever", () => {
  test("is ended, and what waits behind it gets its answers", async () => {
    const slow = problems(slowPattern, slowResponse);
    const others = Array.from({ length: 20 }, (_, n) => problems(object({ a: { const: n } }), { a: n % 2 === 0 ? n : -1 }));
    expect(await slow).toEqual([{ path: [], message: expect.stringContaining("takes too long") }]);
    expect((await Promise.all(others)).map((found) => found.length)).toEqual(Array.from({ length: 20 }, (_, n) => n % 2));
  });

  test("lets all others go first when it comes again", async () => {
    const order: string[] = [];
    const check = async (name: string, work: Promise<unknown>) => {
      await work;
      order.push(name);
    };
    const again = object({ a: { type: "string", pattern: "^(a|a)+$" } });
    await Promise.all([
      check("slow", problems(again, slowResponse)),
      check("slow", problems(again, slowResponse)),
      check("another", problems(object({}), {})),
      check("another", problems(object({}), {})),
    ]);
    expect(order).toEqual(["slow", "another", "another", "slow"]);
  });

  test("or for ever more memory is ended", async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 26 }, (_, n) => [`d${n}`, { anyOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] }]),
    );
    const web = { $ref: "#/$defs/d0", $defs: { ...properties, d26: { type: "string" } } };
    expect(await problems(web, {})).toEqual([{ path: [], message: expect.stringContaining("takes too long") }]);
    expect(await problems(object({}), {})).toEqual([]);
  });
});

test("closing refuses what waits, and may be done twice", async () => {
  const closing = new ResponseSchemas();
  const waiting = [problemsOn(closing), problemsOn(closing)].map((check) =>
    expect(check).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" }),
  );
  await closing.close();
  await closing.close();
  await Promise.all(waiting);
});

function problemsOn(other: ResponseSchemas) {
  return other.problemsOfResponse(slowPattern, slowResponse);
}

test("the thread does not keep a process alive that has nothing else to do", async () => {
  const module = new URL("../../../dist/prompts/schema/response-schemas.js", import.meta.url);
  const program = `
    const { ResponseSchemas } = await import(${JSON.stringify(module.href)});
    console.log(await new ResponseSchemas().problemsOfResponse({ type: "object" }, 1));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
  expect(stdout).toContain("must be object");
});
