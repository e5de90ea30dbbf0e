import { inject } from "vitest";
import type {} from "./postgres-server-setup.ts";
import { createDatabaseAt, type TestDatabase } from "./test-databases.ts";

/** Creates an empty database on the one server of this Vitest run, which starts when it is first asked for. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const reply = await fetch(inject("postgresDoor"));
  const text = await reply.text();
  if (!reply.ok) throw new Error(text);
  return createDatabaseAt(text);
}
