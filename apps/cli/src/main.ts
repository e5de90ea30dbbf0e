import { describeFailure } from "./failure.ts";
import { buildProgram } from "./program.ts";

// A reader such as `head` that closes the pipe early is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await buildProgram().parseAsync();
} catch (error) {
  const { exitCode, code, lines, details } = describeFailure(error);
  if (process.argv.includes("--json") && lines.length > 0) {
    process.stderr.write(`${JSON.stringify({ error: { code, message: lines.join("\n"), details } })}\n`);
  } else {
    for (const line of lines) process.stderr.write(`skill-fleet: ${line}\n`);
  }
  process.exitCode = exitCode;
}
