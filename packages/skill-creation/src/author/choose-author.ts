import type { SkillAuthor } from "./author.ts";
import { AuthorSettingsError, type ModelSettings } from "./author-settings.ts";
import { modelAuthor } from "./model/model-author.ts";
import { templateAuthor } from "./template/template-author.ts";

/** Settings of a model, any of which may be missing. Empty is missing. */
export type AuthorChoice = { readonly [Name in keyof ModelSettings]?: ModelSettings[Name] | undefined };

/**
 * The author that the settings ask for: a model when they have a `baseUrl` and a `model`, the template
 * author when they have nothing.
 *
 * @throws {AuthorSettingsError} when some are missing beside others, or cannot be used
 */
export function chooseAuthor({ baseUrl = "", apiKey = "", model = "", timeoutMs, maxRetries }: AuthorChoice): SkillAuthor {
  if (baseUrl === "" && apiKey === "" && model === "") return templateAuthor();
  const missing = Object.entries({ baseUrl, model }).flatMap(([name, value]) => (value === "" ? [name] : []));
  if (missing.length > 0) {
    const message = "is missing; set it too, or no setting of a model, to write from a template";
    throw new AuthorSettingsError(missing.map((name) => ({ path: [name], message })));
  }
  return modelAuthor({ baseUrl, apiKey, model, timeoutMs, maxRetries });
}
