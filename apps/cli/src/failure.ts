import type { FleetClientError } from "@skill-fleet/client";
import type { FleetError } from "@skill-fleet/core";
import type { ConfigError } from "@skill-fleet/server";
import { CommanderError, InvalidArgumentError } from "commander";
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

/** What a person broke off: that is no mistake, and nothing has happened. */
export class NothingSent extends Error {}

/** What a command that threw this has to say for itself. No stacks: only a fault of the program shows one. */
export function describeFailure(error: unknown): Failure {
  // From an action: one from the command line itself has become another error by now, and is printed.
  if (error instanceof InvalidArgumentError) return { exitCode: exitCodes.usage, code: "USAGE", lines: [toOneLine(error.message)] };
  if (error instanceof CommanderError) {
    // Commander has printed its message already.
    return { exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage, code: "USAGE", lines: [] };
  }
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, code: "USAGE", lines: [toOneLine(error.message)] };
  if (error instanceof NothingSent) return { exitCode: exitCodes.refused, code: "CANCELLED", lines: ["Nothing was sent."] };
  if (isNamed<ConfigError>(error, "ConfigError"))
    return { exitCode: exitCodes.config, code: "CONFIG", lines: error.problems.map(toOneLine) };
  if (isNamed<FleetClientError>(error, "FleetClientError") || isNamed<FleetError>(error, "FleetError")) {
    const { code, message, details } = error;
    const away = code === "STORE_UNAVAILABLE" || code === "NETWORK_ERROR" || code === "UNEXPECTED_REPLY";
    return { exitCode: away ? exitCodes.unavailable : exitCodes.refused, code, lines: [toOneLine(message)], details };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: exitCodes.software, code: "SOFTWARE", lines: text.split("\n").map(toOneLine) };
}

/** Known by its name: loading the class would load the server, or the client, with it. */
function isNamed<Named extends Error>(error: unknown, name: Named["name"]): error is Named {
  return error instanceof Error && error.name === name;
}
