import { spawn } from "node:child_process";
import { once } from "node:events";
import { FleetError } from "@skill-fleet/core";
import { createLog, type Log, readConfig, type Service, startService } from "@skill-fleet/server";
import type { Command } from "commander";
import { exitCodes } from "../exit-codes.ts";

interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly reload?: boolean;
  readonly dbInit: boolean;
}

/** How long requests under way may take to end once the server is told to stop. */
const drainTimeoutMs = 10_000;

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("Run the server")
    .option("--host <host>", "where to listen (default: SKILL_FLEET_HOST, or 127.0.0.1)")
    .option("--port <port>", "where to listen (default: SKILL_FLEET_PORT, or 8000)")
    .option("--reload", "start again whenever the built code changes")
    .option("--skip-db-init", "leave the tables as they are, and refuse to start when migrations are missing")
    .addHelpText("after", "\nEverything else comes from the environment and from .env: docs/configuration.md has the table.")
    .action(async ({ skipDbInit, ...options }: Omit<ServeOptions, "dbInit"> & { skipDbInit?: boolean }) => {
      process.exitCode = options.reload ? await serveAgainAndAgain() : await serve({ ...options, dbInit: !skipDbInit });
    });
}

async function serve({ host, port, dbInit }: ServeOptions): Promise<number> {
  const overrides = { ...(host && { SKILL_FLEET_HOST: host }), ...(port && { SKILL_FLEET_PORT: port }) };
  const config = readConfig({ overrides });
  const log = createLog({ format: config.logFormat, level: config.logLevel });
  try {
    const service = await startService(config, log, { migrate: dbInit });
    return await runUntilStopped(service, log);
  } catch (error) {
    log.fatal(describeStartFailure(error));
    return exitCodes.unavailable;
  }
}

async function runUntilStopped(service: Service, log: Log): Promise<number> {
  const signal = await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  log.info({ signal: signal[0] }, "Stopping: no new requests, those under way get their replies");
  // Whoever asks twice does not want to wait.
  for (const impatient of ["SIGINT", "SIGTERM"]) process.once(impatient, () => process.exit(exitCodes.software));
  const timeout = setTimeout(() => {
    log.warn({ drainTimeoutMs }, "Requests under way did not end in time");
    process.exit(exitCodes.software);
  }, drainTimeoutMs);
  await service.stop();
  clearTimeout(timeout);
  log.info({}, "Stopped");
  return exitCodes.ok;
}

/** Why it did not start, in one line: these are an operator's problems, and a stack says nothing about them. */
function describeStartFailure(error: unknown): string {
  if (FleetError.is(error)) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `${message}: another program listens there. Choose another port with --port or SKILL_FLEET_PORT.`;
  return error instanceof Error ? message : String(error);
}

/** Runs this same command without `--reload` in a process that Node starts again when a module changes. */
async function serveAgainAndAgain(): Promise<number> {
  const [, script = "", ...args] = process.argv;
  const command = ["--watch", "--watch-preserve-output", script, ...args.filter((arg) => arg !== "--reload")];
  const child = spawn(process.execPath, command, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : exitCodes.ok;
}
