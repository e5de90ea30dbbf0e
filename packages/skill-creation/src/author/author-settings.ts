import type { InputProblem } from "@skill-fleet/core";

/** Which model writes, and where it runs. */
export interface ModelSettings {
  /** Where the endpoint's paths begin, as in `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Empty for an endpoint that wants none, as local ones do. */
  readonly apiKey: string;
  /** The name of the model, as the endpoint calls it. */
  readonly model: string;
  /**
   * How long the endpoint may say nothing, in milliseconds. A whole reply may take ten times as long.
   * Default: two minutes.
   */
  readonly timeoutMs?: number | undefined;
  /** How often a request is repeated at once when the endpoint is overloaded or fails. Default: 2. */
  readonly maxRetries?: number | undefined;
}

/** That the settings name no author. `problems` lists what is wrong, by the name of the setting. */
export class AuthorSettingsError extends Error {
  override readonly name = "AuthorSettingsError";
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "));
    this.problems = problems;
  }
}

/** @throws {AuthorSettingsError} when a setting has no use. What is wrong with a secret is said without it */
export function checkModelSettings({ baseUrl, model }: ModelSettings): void {
  const problems: InputProblem[] = [];
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    problems.push({ path: ["baseUrl"], message: "must be a URL that begins with http:// or https://" });
  } else if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    problems.push({ path: ["baseUrl"], message: "must have no password, query or fragment; a key has a setting of its own" });
  }
  if (model === "") problems.push({ path: ["model"], message: "must be the name of a model" });
  if (problems.length > 0) throw new AuthorSettingsError(problems);
}
