import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { EnvironmentError, UsageError } from "./failure.ts";

/** `--json`: what every command takes. */
export const jsonOption = () => new Option("--json", "print JSON, for programs");

export interface OutputOptions {
  readonly json?: boolean;
}

/** Where the server is: what every command takes that talks to one. */
export interface ServerOptions extends OutputOptions {
  readonly url: string;
  readonly apiKey?: string | undefined;
}

/** Adds the options that say which server to talk to. */
export function withServer(command: Command): Command {
  const url = new Option("--url <url>", "the server's address").env("SKILL_FLEET_URL").default("http://localhost:8000");
  const apiKey = new Option("--api-key <key>", "sent as a bearer token").env("SKILL_FLEET_API_KEY");
  return command
    .addOption(url)
    .addOption(apiKey)
    .addOption(jsonOption())
    .hook("preAction", () => {
      check(command, url, isServerAddress, "must be an address such as http://localhost:8000, without a user, a query or a fragment");
      check(command, apiKey, isHeaderText, "must be of the characters that a header can carry: printable ASCII");
    });
}

/**
 * Not a parser of the option: it would not know whose mistake it is, the command line's or the environment's.
 * What it was is not shown, for it may hold a password.
 */
function check(command: Command, option: Option, fits: (text: string) => boolean, expected: string): void {
  const name = option.attributeName();
  const text = command.getOptionValue(name);
  const isEnv = command.getOptionValueSource(name) === "env";
  // As in a Compose file that passes it on: an empty variable counts as absent.
  if (isEnv && text === "") return void command.setOptionValueWithSource(name, option.defaultValue, "default");
  if (text === undefined || fits(text)) return;
  if (isEnv) throw new EnvironmentError(`${option.envVar} ${expected}`);
  throw new UsageError(`${option.long} ${expected}`);
}

function isServerAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === "" && !/[?#\s]/.test(text);
}

function isHeaderText(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("It must be JSON.");
  }
}

export function parseObject(text: string): Record<string, never> {
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, never>;
  throw new InvalidArgumentError("It must be a JSON object.");
}

/** Reads a whole number in a range. Without an upper end it is the server that says how much is too much. */
export function wholeNumber(from: number, to = Number.POSITIVE_INFINITY): (text: string) => number {
  const range = to === Number.POSITIVE_INFINITY ? `of at least ${from}` : `from ${from} to ${to}`;
  return (text) => {
    if (/^-?\d{1,15}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Reads an id, in the spelling that the server has. */
export function parseId(text: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("It must be a UUID.");
}

/** Takes an instant in the form that the server reads. */
export function parseTime(text: string): string {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isInstant) return text;
  throw new InvalidArgumentError("It must be a date and time (ISO 8601), such as 2026-01-31T12:00:00Z.");
}

export function parseHost(text: string): string {
  if (isIP(text) !== 0 || /^[\w.-]+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be an address or a name, such as 127.0.0.1 or localhost.");
}

export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
