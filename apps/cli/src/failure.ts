import type { FleetClientError } from "@skill-fleet/client";
import type { FleetError } from "@skill-fleet/core";
import type { ConfigError } from "@skill-fleet/server";
import { CommanderError } from "commander";
import { exitCodes } from "./exit-codes.ts";
import { toOneLine } from "./terminal-text.ts";

/** An ending of a command that is not a success; `lines` say why. */
export interface Failure {
  readonly exitCode: number;
  readonly code: string;
  readonly lines: readonly string[];
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A mistake on the command line that the parser cannot see. */
export class UsageError extends Error {}

/** A mistake in a variable that only the command reads. */
export class EnvironmentError extends Error {}

/** What a person broke off: that is no mistake, and nothing has happened. */
export class NothingSent extends Error {}

/** What a command that threw this has to say for itself. No stacks: only a fault of the program shows one. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CommanderError) return describeUsage(error);
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, code: "USAGE", lines: [toOneLine(error.message)] };
  if (error instanceof EnvironmentError) return { exitCode: exitCodes.config, code: "CONFIG", lines: [toOneLine(error.message)] };
  if (error instanceof NothingSent) return { exitCode: exitCodes.refused, code: "CANCELLED", lines: ["Nothing was sent."] };
  if (isNamed<ConfigError>(error, "ConfigError"))
    return { exitCode: exitCodes.config, code: "CONFIG", lines: error.problems.map(toOneLine) };
  if (isNamed<FleetClientError>(error, "FleetClientError") || isNamed<FleetError>(error, "FleetError")) {
    const { code, message, details } = error;
    return { exitCode: exitCodeOf[code] ?? exitCodes.refused, code, lines: [toOneLine(message)], details };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: exitCodes.software, code: "SOFTWARE", lines: text.split("\n").map(toOneLine) };
}

/** What the exit status is for errors of the fleet that are more than a no. All that a command sends comes from its line. */
const exitCodeOf: Readonly<Record<string, number>> = {
  INVALID_INPUT: exitCodes.usage,
  STORE_UNAVAILABLE: exitCodes.unavailable,
  NETWORK_ERROR: exitCodes.unavailable,
  UNEXPECTED_REPLY: exitCodes.unavailable,
};

/** What the parser of the command line threw: also for the help and the version, which it has printed by then. */
function describeUsage({ code, exitCode, message }: CommanderError): Failure {
  if (exitCode === 0) return { exitCode: exitCodes.ok, code: "USAGE", lines: [] };
  const isHelp = code === "commander.help";
  const lines = isHelp ? [] : [...message.replace(/^error: /, "").split("\n"), "(--help says what there is)"];
  return { exitCode: exitCodes.usage, code: "USAGE", lines: lines.map(toOneLine) };
}

/** Known by its name: loading the class would load the server, or the client, with it. */
function isNamed<Named extends Error>(error: unknown, name: Named["name"]): error is Named {
  return error instanceof Error && error.name === name;
}
