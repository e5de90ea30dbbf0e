import { expect, test } from "vitest";
import { chooseAuthor } from "./choose-author.ts";

const baseUrl = "http://127.0.0.1:11434/v1";

test("without settings there is no model, and the author says so", () => {
  for (const settings of [{}, { baseUrl: "", apiKey: "", model: "" }, { timeoutMs: 5 }])
    expect(chooseAuthor(settings).name).toMatch(/no model/);
});

test("a base URL and a model are enough; the author says which model runs where, and no key", () => {
  expect(chooseAuthor({ baseUrl, model: "tide-1" }).name).toBe("tide-1 at 127.0.0.1:11434");
  expect(chooseAuthor({ baseUrl: "https://example.com/v1", apiKey: "sk-1", model: "tide-1" }).name).toBe("tide-1 at example.com");
});

test.each([
  [{ baseUrl }, ["model"]],
  [{ model: "tide-1" }, ["baseUrl"]],
  [{ apiKey: "sk-1" }, ["baseUrl", "model"]],
  [{ baseUrl, apiKey: "sk-1" }, ["model"]],
  [{ apiKey: "sk-1", model: "tide-1" }, ["baseUrl"]],
])("of %j the error names what is missing, and not the key", (settings, missing) => {
  const error = thrownBy(() => chooseAuthor(settings));
  expect(error).toMatchObject({ name: "AuthorSettingsError", problems: missing.map((name) => ({ path: [name] })) });
  expect(error).toMatchObject({
    message: expect.stringContaining("is missing; set it too, or no setting of a model, to write from a template"),
  });
  expect(String(error)).not.toContain("sk-1");
});

test.each(["localhost:11434/v1", "ftp://example.com", "not a url", "https://me:sk-1@example.com/v1", "https://example.com/v1?key=sk-1"])(
  "the base URL %s is refused, and not repeated",
  (url) => {
    const error = thrownBy(() => chooseAuthor({ baseUrl: url, model: "tide-1" }));
    expect(error).toMatchObject({ name: "AuthorSettingsError", problems: [{ path: ["baseUrl"] }] });
    expect(String(error)).not.toContain("sk-1");
  },
);

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
