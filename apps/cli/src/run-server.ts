import { once } from "node:events";
import { FleetError } from "@skill-fleet/core";
import { createLog, type Log, readConfig, type Service, startService } from "@skill-fleet/server";
import type { Worker } from "@skill-fleet/worker";
import { builtInWorker, configuredAuthor } from "./built-in-worker.ts";
import { exitCodes } from "./exit-codes.ts";
import { letNurseryGrow } from "./lean-process.ts";

export interface ServeOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Whether to bring the tables up to date first. */
  readonly dbInit: boolean;
  /** Whether the process works on jobs of the built-in type, if the configuration does not say no. */
  readonly worker: boolean;
}

/** How long everything under way may take to end once the server is told to stop. */
const drainTimeoutMs = 10_000;

/** The part of that time that handlers have before they are told to end. The rest is for requests under way. */
const handlerDrainMs = 4_000;

/** Runs a server until a signal ends it, and returns the exit status. @throws {ConfigError} */
export async function runServer({ host, port, dbInit, worker }: ServeOptions): Promise<number> {
  const overrides = {
    ...(host && { SKILL_FLEET_HOST: host }),
    ...(port !== undefined && { SKILL_FLEET_PORT: String(port) }),
    ...(!worker && noWorker),
  };
  const config = readConfig({ overrides });
  const author = config.worker && configuredAuthor(config);
  const log = createLog({ format: config.logFormat, level: config.logLevel });
  // Heard from the beginning, or a signal soon after the first request would leave it without a reply. A second one ends the start.
  const told = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    const service = await startService(config, log, { migrate: dbInit });
    const builtIn = author && builtInWorker({ author, config, service, log });
    await startWorker(builtIn, service, told);
    letNurseryGrow();
    const [signal] = await told;
    return await stop({ service, worker: builtIn }, signal, log);
  } catch (error) {
    log.fatal(describeStartFailure(error));
    return exitCodes.unavailable;
  }
}

const noWorker = { SKILL_FLEET_WORKER: "off" } as const;

/** Returns when the worker is at work, or was told to stop before: its start waits for a database that is away. */
async function startWorker(worker: Worker | undefined, service: Service, told: Promise<unknown>): Promise<void> {
  try {
    await Promise.race([worker?.start(), told]);
  } catch (error) {
    await service.stop();
    throw error;
  }
}

interface Running {
  readonly service: Service;
  readonly worker: Worker | undefined;
}

async function stop({ service, worker }: Running, signal: NodeJS.Signals, log: Log): Promise<number> {
  // Whoever asks twice does not want to wait.
  for (const impatient of ["SIGINT", "SIGTERM"]) process.once(impatient, () => process.exit(exitCodes.software));
  const timeout = setTimeout(() => {
    log.warn({ drainTimeoutMs }, "What was under way did not end in time");
    process.exit(exitCodes.software);
  }, drainTimeoutMs);
  if (worker !== undefined) {
    // First, for it works on the fleet that the service closes.
    log.info({ signal }, "Stopping: no new jobs, those under way may end");
    await worker.stop({ drainMs: handlerDrainMs });
  }
  log.info({ signal }, "Stopping: no new requests, those under way get their replies");
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
  const isHost = code === "ENOTFOUND" || code === "EADDRNOTAVAIL";
  if (isHost) return `${message}: not an address of this machine. Choose another with --host or SKILL_FLEET_HOST.`;
  return error instanceof Error ? message : String(error);
}
