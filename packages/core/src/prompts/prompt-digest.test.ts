import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../json.ts";
import { promptDigest } from "./prompt-digest.ts";

const shown = { type: "preview", title: "Look", body: null, data: { a: 1, b: [2] }, responseSchema: { type: "object" } };

test("is the same whatever the order of keys, and however often it is made", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      const reversed = JSON.parse(JSON.stringify(data), (_, value) =>
        typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value,
      );
      const { responseSchema, body, type, title } = shown;
      expect(promptDigest({ responseSchema, data: reversed, body, title, type })).toBe(promptDigest({ ...shown, data: data as Json }));
    }),
  );
});

test("is another for anything that is shown differently", () => {
  const others = [{ type: "confirm" }, { title: null }, { body: "" }, { data: { a: 1, b: [3] } }, { data: null }, { responseSchema: null }];
  const digests = [shown, ...others.map((other) => ({ ...shown, ...other }))].map(promptDigest);
  expect(new Set(digests).size).toBe(digests.length);
  for (const digest of digests) expect(digest).toMatch(/^[\w-]{43}$/);
});
