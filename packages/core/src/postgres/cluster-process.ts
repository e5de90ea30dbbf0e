import { openPglite } from "./open-pglite.ts";

/*
 * A program that makes a cluster in the empty folder that is its argument, and ends.
 */

// Whoever stops the server tells its whole group: whether the start goes on is the server's to say.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

try {
  await (await openPglite(process.argv[2] ?? "")).close();
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
