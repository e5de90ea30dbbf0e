import { createDataDir, createTestDatabase } from "@skill-fleet/core/testing";

/** A database as an operator gives it to the command. */
export interface Engine extends AsyncDisposable {
  /** The working directory of every process on it; the embedded database is in there. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The two engines, by name; each opens an empty database. */
export const engines = [
  { name: "the embedded database", open: openEmbedded },
  { name: "PostgreSQL", open: openPostgres },
];

async function openEmbedded(): Promise<Engine> {
  const dir = await createDataDir();
  return { folder: dir.path, environment: {}, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

export async function openPostgres(): Promise<Engine> {
  const dir = await createDataDir();
  const database = await createTestDatabase();
  return {
    folder: dir.path,
    environment: { DATABASE_URL: database.url },
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}
