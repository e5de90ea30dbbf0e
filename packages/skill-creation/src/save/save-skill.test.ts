import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Skill } from "../skill/skill.ts";
import { problemsOfSkill } from "../skill/skill-problems.ts";
import { parseSkill } from "../skill/skill-text.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { saveSkill } from "./save-skill.ts";

const tides: Skill = { name: "tides", description: "Reads tide tables.", body: "# Tides" };

const read = async (path: string) => parseSkill(await readFile(path, "utf8"));

/** What a person put there, without the fleet. */
async function putFile(root: string, folder: string, text: string): Promise<void> {
  await mkdir(join(root, folder));
  await writeFile(join(root, folder, "SKILL.md"), text);
}

describe("a skill", () => {
  test("stands in a folder of its name, says which job wrote it, and is valid; the root is created", async () => {
    await using temporary = await makeTemporaryFolder();
    const root = join(temporary.path, "a", "b");
    const saved = await saveSkill(root, { ...tides, metadata: { version: "1.0", job_id: "forged" } }, "job-1");
    expect(saved).toEqual({ name: "tides", path: join(root, "tides", "SKILL.md") });
    expect(await read(saved.path)).toEqual({ ...tides, metadata: { version: "1.0", job_id: "job-1" } });
    expect(problemsOfSkill(await readFile(saved.path, "utf8"), "tides")).toEqual([]);
    expect(await readdir(root)).toEqual(["tides"]);
    expect(await readdir(join(root, "tides"))).toEqual(["SKILL.md"]);
  });

  test("saved again by its owner is replaced; other files beside it stay", async () => {
    await using root = await makeTemporaryFolder();
    const first = await saveSkill(root.path, tides, "job-1");
    await writeFile(join(root.path, "tides", "tables.csv"), "1");
    expect(await saveSkill(root.path, { ...tides, body: "# New" }, "job-1")).toEqual(first);
    expect((await read(first.path)).body).toBe("# New");
    expect((await readdir(join(root.path, "tides"))).sort()).toEqual(["SKILL.md", "tables.csv"]);
  });

  test("of another owner gets a number, in the folder and in the file, and keeps it", async () => {
    await using root = await makeTemporaryFolder();
    for (const owner of ["a", "b", "c", "b", "a", "c"]) await saveSkill(root.path, { ...tides, body: owner }, owner);
    for (const [name, owner] of [["tides", "a"] as const, ["tides-2", "b"] as const, ["tides-3", "c"] as const]) {
      const text = await readFile(join(root.path, name, "SKILL.md"), "utf8");
      expect(parseSkill(text)).toMatchObject({ name, body: owner, metadata: { job_id: owner } });
      expect(problemsOfSkill(text, name)).toEqual([]);
    }
    expect(await readdir(root.path)).toHaveLength(3);
  });

  test("keeps its number when a lower one has become free since", async () => {
    await using root = await makeTemporaryFolder();
    for (const owner of ["a", "b", "c"]) await saveSkill(root.path, tides, owner);
    await rm(join(root.path, "tides"), { recursive: true });
    expect((await saveSkill(root.path, tides, "c")).name).toBe("tides-3");
    expect((await saveSkill(root.path, tides, "d")).name).toBe("tides");
  });

  test("with the longest name gets a number as well", async () => {
    await using root = await makeTemporaryFolder();
    const long = { ...tides, name: "x".repeat(64) };
    await saveSkill(root.path, long, "a");
    expect(await saveSkill(root.path, long, "b")).toMatchObject({ name: `${"x".repeat(62)}-2` });
    expect(await saveSkill(root.path, long, "b")).toMatchObject({ name: `${"x".repeat(62)}-2` });
  });
});

test.each([
  ["a skill without an owner", "---\nname: tides\ndescription: x\n---\n"],
  ["a file that is no skill", "hello"],
])("%s is never overwritten", async (_, text) => {
  await using root = await makeTemporaryFolder();
  await putFile(root.path, "tides", text);
  expect((await saveSkill(root.path, tides, "a")).name).toBe("tides-2");
  expect(await readFile(join(root.path, "tides", "SKILL.md"), "utf8")).toBe(text);
});

test("a folder without a skill and a file in the place of the folder are left alone", async () => {
  await using root = await makeTemporaryFolder();
  await mkdir(join(root.path, "tides"));
  await writeFile(join(root.path, "tides-2"), "a file");
  await mkdir(join(root.path, "tides-3", "SKILL.md"), { recursive: true });
  expect((await saveSkill(root.path, tides, "a")).name).toBe("tides-4");
});

describe("nothing is written outside of the root:", () => {
  test.each(["..", "../tides", "/tmp/tides", "a/b", "", "."])("not under the name %j", async (name) => {
    await using root = await makeTemporaryFolder();
    await expect(saveSkill(root.path, { ...tides, name }, "a")).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { errors: [expect.objectContaining({ path: ["skill", "name"] })] },
    });
    expect(await readdir(root.path)).toEqual([]);
  });

  test("not through a link in the place of the folder, wherever it leads", async () => {
    await using root = await makeTemporaryFolder();
    await using elsewhere = await makeTemporaryFolder();
    // Even when the file behind the link says that it is the owner's.
    await saveSkill(elsewhere.path, tides, "a");
    const before = await readFile(join(elsewhere.path, "tides", "SKILL.md"), "utf8");
    await symlink(join(elsewhere.path, "tides"), join(root.path, "tides"));
    const refusal = { code: "INVALID_INPUT", message: expect.stringContaining("leads out of the root") };
    await expect(saveSkill(root.path, { ...tides, body: "new" }, "a")).rejects.toMatchObject(refusal);
    expect(await readFile(join(elsewhere.path, "tides", "SKILL.md"), "utf8")).toBe(before);
    await symlink(join(elsewhere.path, "nowhere"), join(root.path, "moon"));
    await expect(saveSkill(root.path, { ...tides, name: "moon" }, "a")).rejects.toMatchObject(refusal);
    expect(await readdir(elsewhere.path)).toEqual(["tides"]);
  });

  test("not through a link in the place of the file", async () => {
    await using root = await makeTemporaryFolder();
    await using elsewhere = await makeTemporaryFolder();
    const { path } = await saveSkill(elsewhere.path, tides, "a");
    await mkdir(join(root.path, "tides"));
    await symlink(path, join(root.path, "tides", "SKILL.md"));
    await expect(saveSkill(root.path, tides, "a")).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("a link that stays inside is a name that is taken", async () => {
    await using root = await makeTemporaryFolder();
    await saveSkill(root.path, { ...tides, name: "moon" }, "a");
    await symlink("moon", join(root.path, "tides"));
    expect((await saveSkill(root.path, tides, "a")).name).toBe("tides-2");
  });

  test("the root itself may be a link", async () => {
    await using elsewhere = await makeTemporaryFolder();
    await using temporary = await makeTemporaryFolder();
    const root = join(temporary.path, "root");
    await symlink(elsewhere.path, root);
    expect(await saveSkill(root, tides, "a")).toEqual({ name: "tides", path: join(root, "tides", "SKILL.md") });
    expect(await readdir(elsewhere.path)).toEqual(["tides"]);
  });
});

test("a skill that is not valid and an owner without a name are refused with every problem", async () => {
  await using root = await makeTemporaryFolder();
  await expect(saveSkill(root.path, { ...tides, description: "", body: "\ud83d" }, "")).rejects.toMatchObject({
    code: "INVALID_INPUT",
    details: { errors: [{ path: ["skill", "description"] }, { path: ["skill", "body"] }, { path: ["owner"] }] },
  });
  expect(await readdir(root.path)).toEqual([]);
});

test("a root that is a file is an error that says so", async () => {
  await using temporary = await makeTemporaryFolder();
  const root = join(temporary.path, "root");
  await writeFile(root, "");
  await expect(saveSkill(root, tides, "a")).rejects.toThrow(new RegExp(`Skill tides could not be saved in ${root}: EEXIST`));
});

describe("side by side", () => {
  test("every owner gets a name of its own, and every file is that of its owner", async () => {
    await using root = await makeTemporaryFolder();
    const owners = Array.from({ length: 20 }, (_, i) => `job-${i}`);
    const saved = await Promise.all(owners.map((owner) => saveSkill(root.path, { ...tides, body: owner.repeat(5_000) }, owner)));
    expect(new Set(saved.map(({ name }) => name)).size).toBe(owners.length);
    for (const [i, { name, path }] of saved.entries()) {
      expect(await read(path)).toMatchObject({ name, body: owners[i]?.repeat(5_000), metadata: { job_id: owners[i] } });
    }
    expect(await readdir(root.path)).toHaveLength(owners.length);
  });

  test("attempts of one owner end in one file, which is that of one of them, and whole at any time", async () => {
    await using root = await makeTemporaryFolder();
    const bodies = Array.from({ length: 20 }, (_, i) => `${i}\n`.repeat(50_000));
    const { path } = await saveSkill(root.path, { ...tides, body: bodies[0] ?? "" }, "a");
    let saving = true;
    const reader = (async () => {
      while (saving) expect(bodies).toContain((await read(path)).body);
    })();
    const saved = await Promise.all(bodies.map((body) => saveSkill(root.path, { ...tides, body }, "a")));
    saving = false;
    await reader;
    expect(new Set(saved.map((one) => one.path))).toEqual(new Set([path]));
    expect(bodies).toContain((await read(path)).body);
    expect(await readdir(root.path)).toEqual(["tides"]);
    expect(await readdir(join(root.path, "tides"))).toEqual(["SKILL.md"]);
  });

  test("first attempts of one owner end in one folder", async () => {
    await using root = await makeTemporaryFolder();
    await Promise.all(Array.from({ length: 10 }, (_, i) => saveSkill(root.path, { ...tides, body: `${i}` }, "a")));
    expect(await readdir(root.path)).toEqual(["tides"]);
  });
});

test("what a crash left unfinished goes with a later save, unless somebody may still be at it", async () => {
  await using root = await makeTemporaryFolder();
  const { path } = await saveSkill(root.path, tides, "a");
  const old = `.skill-${crypto.randomUUID()}.tmp`;
  const fresh = `.skill-${crypto.randomUUID()}.tmp`;
  for (const name of [old, fresh]) {
    await putFile(root.path, name, "half");
    await writeFile(join(root.path, "tides", name), "half");
  }
  const elevenMinutesAgo = (await stat(path)).mtimeMs / 1000 - 11 * 60;
  for (const folder of [root.path, join(root.path, "tides")]) await utimes(join(folder, old), elevenMinutesAgo, elevenMinutesAgo);
  await saveSkill(root.path, tides, "a");
  await saveSkill(root.path, { ...tides, name: "moon" }, "a");
  expect((await readdir(root.path)).sort()).toEqual([fresh, "moon", "tides"].sort());
  expect((await readdir(join(root.path, "tides"))).sort()).toEqual([fresh, "SKILL.md"].sort());
});

// Whoever is root may write anywhere.
test.skipIf(process.getuid?.() === 0)("a save that the system refuses leaves the file as it was", async () => {
  await using root = await makeTemporaryFolder();
  const { path } = await saveSkill(root.path, tides, "a");
  await chmod(join(root.path, "tides"), 0o500);
  await expect(saveSkill(root.path, { ...tides, body: "new" }, "a")).rejects.toThrow(/EACCES/);
  await chmod(join(root.path, "tides"), 0o700);
  expect((await read(path)).body).toBe("# Tides");
});
