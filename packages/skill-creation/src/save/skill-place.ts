import type { Stats } from "node:fs";
import { lstat, readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { skillFileName } from "../skill/skill.ts";
import { readSkill } from "../skill/skill-text.ts";

/** The key in a skill's metadata that says which job wrote it. */
export const ownerKey = "job_id";

/**
 * What stands at the place where a skill is to be.
 *
 * - `free`: nothing.
 * - `own`: a skill that the same owner saved.
 * - `taken`: anything else that is inside the root: a skill of another owner or of none, a folder
 *   without a skill, a file, a link.
 * - `outside`: a link that leads out of the root, or nowhere.
 */
export type Occupant = "free" | "own" | "taken" | "outside";

/** Looks at the place of a skill; changes nothing, and reads nothing outside of the root. */
export async function occupantOf(root: string, name: string, owner: string): Promise<Occupant> {
  const folder = join(root, name);
  const file = join(folder, skillFileName);
  const foundFolder = await find(folder);
  if (foundFolder === undefined) return "free";
  if (foundFolder.isSymbolicLink()) return behindLink(root, folder);
  if (!foundFolder.isDirectory()) return "taken";
  const foundFile = await find(file);
  if (foundFile?.isSymbolicLink()) return behindLink(root, file);
  if (!foundFile?.isFile()) return "taken";
  const { skill } = readSkill(await readFile(file, "utf8"));
  return skill?.metadata?.[ownerKey] === owner ? "own" : "taken";
}

async function behindLink(root: string, link: string): Promise<Occupant> {
  const target = await realpath(link).catch(() => undefined);
  return target?.startsWith(`${await realpath(root)}${sep}`) ? "taken" : "outside";
}

async function find(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
