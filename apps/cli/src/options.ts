import { type Command, InvalidArgumentError, Option } from "commander";

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
  return command
    .addOption(new Option("--url <url>", "the server's address").env("SKILL_FLEET_URL").default("http://localhost:8000"))
    .addOption(new Option("--api-key <key>", "sent as a bearer token").env("SKILL_FLEET_API_KEY"))
    .addOption(jsonOption());
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

export function parseWholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}

/** As {@link parseWholeNumber}, also below 0. */
export function parseInteger(text: string): number {
  return text.startsWith("-") ? -parseWholeNumber(text.slice(1)) : parseWholeNumber(text);
}

export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
