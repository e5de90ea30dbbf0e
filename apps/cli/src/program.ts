import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addDb } from "./commands/db.ts";
import { addHitl } from "./commands/hitl.ts";
import { addJobs } from "./commands/jobs.ts";
import { addServe } from "./commands/serve.ts";
import { exitCodes } from "./exit-codes.ts";

const help = `
Examples:
  skill-fleet serve                                   run the server on http://localhost:8000
  skill-fleet jobs create --task "Write a skill"      create a job
  skill-fleet hitl inbox                              what waits for a person
  skill-fleet hitl respond <job> '{"answer":"yes"}'   answer

Exit status:
  ${exitCodes.ok}   done
  ${exitCodes.refused}   the server or the database said no
  ${exitCodes.usage}   the command line is wrong, or the server refuses a value of it
  ${exitCodes.unavailable}  the server or the database cannot be reached
  ${exitCodes.software}  a fault of the program itself
  ${exitCodes.config}  the environment or .env has mistakes`;

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The skill-fleet command. It throws, as its actions do, and `main` says what that means. */
export function buildProgram(): Command {
  const program = new Command("skill-fleet")
    .description("Durable jobs with a person in the loop.")
    .version(version)
    .addHelpText("after", help)
    .configureOutput({ outputError() {} })
    .exitOverride();
  addServe(program);
  addDb(program);
  addJobs(program);
  addHitl(program);
  return program;
}
