import { once } from "node:events";
import { FleetError } from "@skill-fleet/core";
import { createLog, type Log, readConfig, type Service, startService } from "@skill-fleet/server";
import { exitCodes } from "./exit-codes.ts";

export interface ServeOptions {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  /** Whether to bring the tables up to date first. */
  readonly dbInit: boolean;
}

/** How long requests under way may take to end once the server is told to stop. */
const drainTimeoutMs = 10_000;

/** Runs a server until a signal ends it, and returns the exit status. @throws {ConfigError} */
export async function runServer({ host, port, dbInit }: ServeOptions): Promise<number> {
  const overrides = { ...(host && { SKILL_FLEET_HOST: host }), ...(port && { SKILL_FLEET_PORT: port }) };
  const config = readConfig({ overrides });
  const log = createLog({ format: config.logFormat, level: config.logLevel });
  // Heard from the beginning, or a signal soon after the first request would leave it without a reply. A second one ends the start.
  const told = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    const service = await startService(config, log, { migrate: dbInit });
    const [signal] = await told;
    return await stop(service, signal, log);
  } catch (error) {
    log.fatal(describeStartFailure(error));
    return exitCodes.unavailable;
  }
}

async function stop(service: Service, signal: NodeJS.Signals, log: Log): Promise<number> {
  // Whoever asks twice does not want to wait.
  for (const impatient of ["SIGINT", "SIGTERM"]) process.once(impatient, () => process.exit(exitCodes.software));
  log.info({ signal }, "Stopping: no new requests, those under way get their replies");
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
