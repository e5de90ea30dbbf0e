import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { FleetError, type InputProblem, invalidInput } from "@skill-fleet/core";
import { type Skill, skillFileName } from "../skill/skill.ts";
import { numberedName } from "../skill/skill-name.ts";
import { problemsOfSkill } from "../skill/skill-problems.ts";
import { formatSkill } from "../skill/skill-text.ts";
import { createFolderWith, makeFolder, replaceFile } from "./durable-files.ts";
import { occupantOf, ownerKey } from "./skill-place.ts";

/** Where a skill went. */
export type SavedSkill = {
  /** The name that it has on disk: its own, or one with a number when that was taken. */
  name: string;
  /** The path of its `SKILL.md`, absolute. */
  path: string;
};

/**
 * Writes a skill to `<root>/<name>/SKILL.md`, and says where it went. The root is created when it is
 * missing.
 *
 * The owner, which stands in the file as `metadata.job_id`, may save again: what it saved before is
 * replaced. What anybody else put there stays: the skill is then called `<name>-2`, `<name>-3` and so
 * on, in the file as well. Other files in the folder of a skill are left alone.
 *
 * Once it returns, the file survives a crash. Whoever reads, at any time, whoever else saves, and
 * after a crash in the middle, sees a whole file or none; to save again gives the same path and the
 * same text. It trusts the programs that may write inside the root not to swap a folder for a link
 * while it works.
 *
 * @param owner the id of the job that the skill is the result of
 * @throws {FleetError} `INVALID_INPUT` when the skill is not valid, the owner is empty, or a link at
 *   the place of the skill leads out of the root
 * @throws {Error} when the file system refuses; `cause` is its error
 */
export async function saveSkill(root: string, skill: Skill, owner: string): Promise<SavedSkill> {
  const problems: InputProblem[] = problemsOfSkill(skill).map(({ path, message }) => ({ path: ["skill", ...path], message }));
  if (owner === "" || !owner.isWellFormed()) problems.push({ path: ["owner"], message: "must be the id of a job" });
  if (problems.length > 0) throw invalidInput(problems);
  const folder = resolve(root);
  try {
    await makeFolder(folder);
    const name = (await findOwn(folder, skill.name, owner)) ?? skill.name;
    return await saveFrom(folder, skill, owner, name);
  } catch (error) {
    if (FleetError.is(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Skill ${skill.name} could not be saved in ${folder}: ${why}`, { cause: error });
  }
}

/** The name under which the owner saved the skill before, even if a lower number has become free since. */
async function findOwn(root: string, name: string, owner: string): Promise<string | undefined> {
  const numbers = (await readdir(root)).flatMap((entry) => {
    const n = entry === name ? 1 : Number(/-(\d{1,9})$/.exec(entry)?.[1] ?? 0);
    return n > 0 && numberedName(name, n) === entry ? [n] : [];
  });
  for (const n of numbers.sort((a, b) => a - b)) {
    const candidate = numberedName(name, n);
    if ((await occupantOf(root, candidate, owner)) === "own") return candidate;
  }
  return undefined;
}

/** Saves under `first`, or under the first numbered name that takes it. */
async function saveFrom(root: string, skill: Skill, owner: string, first: string): Promise<SavedSkill> {
  for (let n = 1, name = first; ; n += 1, name = numberedName(skill.name, n)) {
    const metadata = { ...skill.metadata, [ownerKey]: owner };
    if (await put(root, name, formatSkill({ ...skill, name, metadata }), owner)) return { name, path: join(root, name, skillFileName) };
  }
}

/** Puts the text where it may stand; says whether it did. */
async function put(root: string, name: string, text: string, owner: string): Promise<boolean> {
  let occupant = await occupantOf(root, name, owner);
  if (occupant === "free") {
    if (await createFolderWith(root, name, skillFileName, text)) return true;
    // Somebody came first: maybe the same owner, whose two attempts run side by side.
    occupant = await occupantOf(root, name, owner);
  }
  if (occupant === "outside") {
    throw invalidInput([{ path: ["skill", "name"], message: `${JSON.stringify(join(root, name))} leads out of the root through a link` }]);
  }
  if (occupant === "own") await replaceFile(join(root, name), skillFileName, text);
  return occupant === "own";
}
