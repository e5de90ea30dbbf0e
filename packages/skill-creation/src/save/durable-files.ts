import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** How long something unfinished may lie around before it is certain that nobody works on it. */
const leftoverMs = 10 * 60_000;

const unfinishedName = /^\.skill-[0-9a-f-]{36}\.tmp$/;

/** Creates a folder, and those above it, so that they survive a crash. Does nothing to one that exists. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made !== dirname(first); made = dirname(made)) await syncFolder(dirname(made));
}

/**
 * Puts a file in the place of another, or where none was. Whoever reads it sees the old text or the
 * new one, also after a crash; a crash may leave a hidden file beside it, which a later call removes.
 */
export async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  await removeLeftovers(folder);
  const unfinished = join(folder, newUnfinishedName());
  try {
    await writeNew(unfinished, text);
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/**
 * Creates a folder that has one file, both at once: nobody ever sees the one without the other, also
 * after a crash. A crash may leave a hidden folder beside it, which a later call removes.
 *
 * @returns whether it did: false when something has this name already, which then stays as it is
 */
export async function createFolderWith(parent: string, folder: string, name: string, text: string): Promise<boolean> {
  await removeLeftovers(parent);
  const unfinished = join(parent, newUnfinishedName());
  const target = join(parent, folder);
  try {
    await mkdir(unfinished);
    await writeNew(join(unfinished, name), text);
    await syncFolder(unfinished);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Each system has its own code for a name that is taken, so look.
    if (await exists(target)) return false;
    throw error;
  }
  await syncFolder(parent);
  return true;
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder survive a crash. Windows cannot, and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!unfinishedName.test(name)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > leftoverMs) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function newUnfinishedName(): string {
  return `.skill-${randomUUID()}.tmp`;
}
