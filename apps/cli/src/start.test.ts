import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createDataDir, createTestDatabase } from "@skill-fleet/core/testing";
import { expect, test } from "vitest";
import { ServerProcess } from "./testing/server-process.ts";

/** Every package of which a server has loaded something by the time it works, as Node's own record of what ran lists them. */
async function loadedBy(environment: Record<string, string>): Promise<Set<string>> {
  await using folder = await createDataDir();
  const record = join(folder.path, "coverage");
  const server = await ServerProcess.start({
    folder: folder.path,
    environment: { SKILL_FLEET_WORKER: "on", NODE_V8_COVERAGE: record, ...environment },
  });
  await server.waitForLine(/Worker started/);
  await server.stop();
  const files = await readdir(record);
  const records = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(record, file), "utf8"))));
  const urls = records.flatMap(({ result }: { result: { url: string }[] }) => result.map(({ url }) => url));
  return new Set(urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url));
}

const embedded = ["@electric-sql/pglite", "fs-native-extensions"];
/** What only a command, a reader of the documentation or a skill needs. */
const forLater = ["@fastify/swagger", "@fastify/swagger-ui", "ajv", "@trpc/client", "@clack/prompts", "yaml"];

test("a start on PostgreSQL loads its client, and neither the embedded database nor what nobody has asked for", async () => {
  await using database = await createTestDatabase();
  const loaded = await loadedBy({ DATABASE_URL: database.url });
  expect(loaded).toContain("pg");
  expect([...embedded, ...forLater].filter((name) => loaded.has(name))).toEqual([]);
});

test("a start with the embedded database loads no client of PostgreSQL", async () => {
  const loaded = await loadedBy({});
  expect(embedded.filter((name) => !loaded.has(name))).toEqual([]);
  expect(["pg", ...forLater].filter((name) => loaded.has(name))).toEqual([]);
});
