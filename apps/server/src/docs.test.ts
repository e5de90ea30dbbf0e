import { readFileSync } from "node:fs";
import { jobStatuses, jobTransitions } from "@skill-fleet/core";
import { describe, expect, test } from "vitest";
import { variables } from "./config.ts";
import { errorTable } from "./error-table.ts";
import { restTable } from "./rest/rest-table.ts";

const root = new URL("../../../", import.meta.url);

function read(file: string): string {
  return readFileSync(new URL(file, root), "utf8");
}

/** The cells of every row of a document's tables whose first cell matches, without their backquotes. */
function rows(file: string, first: RegExp): string[][] {
  return read(file)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    )
    .filter(([cell = ""]) => first.test(cell));
}

describe("the documents", () => {
  test("the README draws exactly the moves of the transition table", () => {
    const drawn = [...read("README.md").matchAll(/^ +(\w+) --> (\w+): (\w+)$/gm)].map(([, from, to, verb]) => [from, to, verb]);
    const table = jobStatuses.flatMap((from) => Object.entries(jobTransitions[from]).map(([to, verb]) => [from, to, verb]));
    expect(drawn.sort()).toEqual(table.sort());
  });

  test("the configuration lists exactly the variables that the server reads, with their defaults", () => {
    const documented = rows("docs/configuration.md", /^(DATABASE_|SKILL_FLEET_)/).map(([name, fallback]) => [name, fallback]);
    const defaults = Object.entries(variables.shape).map(([name, schema]) => {
      const { def } = schema._zod;
      return [name, "defaultValue" in def && def.defaultValue !== "" ? def.defaultValue : "none"];
    });
    expect(documented.sort()).toEqual(defaults.sort());
  });

  test("the concepts list exactly the errors, with their status", () => {
    const documented = rows("docs/concepts.md", /^[A-Z_]+$/).map(([code, http]) => [code, Number(http)]);
    expect(documented).toEqual(Object.entries(errorTable).map(([code, { http }]) => [code, http]));
  });

  test("the REST page lists exactly the routes", () => {
    const documented = rows("docs/rest.md", /^(GET|POST|PUT|PATCH|DELETE)$/).map(([method, path]) => `${method} ${path}`);
    expect(documented.sort()).toEqual(restTable.map(({ method, path }) => `${method} ${path}`).sort());
  });
});
