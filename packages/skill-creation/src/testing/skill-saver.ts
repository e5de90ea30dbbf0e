import { saveSkill } from "../save/save-skill.ts";

/*
 * A program that saves skills until it is killed. Its argument is the root. It prints the path of
 * every skill that it saved, a line each. All its skills want the same name; owner 1 saves over and
 * over, the others once.
 */

const [root = ""] = process.argv.slice(2);

for (let round = 0; ; round += 1) {
  const body = `${round}\n`.repeat(20_000);
  for (const owner of ["1", `${process.pid}-${round}`]) {
    const { path } = await saveSkill(root, { name: "tides", description: "Reads tide tables.", body }, owner);
    process.stdout.write(`${path}\n`);
  }
}
