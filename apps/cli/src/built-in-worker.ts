import { type Config, ConfigError, type Log, type Service } from "@skill-fleet/server";
import { AuthorSettingsError, chooseAuthor, createSkillHandler, type SkillAuthor, skillCreation } from "@skill-fleet/skill-creation";
import { createWorker, type Worker } from "@skill-fleet/worker";

/** What the settings of a model are called in the environment. */
const variableOf: Readonly<Record<string, string>> = {
  baseUrl: "SKILL_FLEET_LLM_BASE_URL",
  apiKey: "SKILL_FLEET_LLM_API_KEY",
  model: "SKILL_FLEET_LLM_MODEL",
};

/** The author that the configuration asks for. @throws {ConfigError} with every mistake, and without the key */
export function configuredAuthor({ llm }: Pick<Config, "llm">): SkillAuthor {
  try {
    return chooseAuthor(llm);
  } catch (error) {
    if (!(error instanceof AuthorSettingsError)) throw error;
    throw new ConfigError(error.problems.map(({ path, message }) => `${variableOf[String(path[0])]} ${message}`));
  }
}

export interface BuiltInWorkerParts {
  readonly author: SkillAuthor;
  readonly config: Pick<Config, "worker" | "skillsRoot">;
  readonly service: Pick<Service, "fleet">;
  readonly log: Log;
}

/** The worker that runs the built-in job in the process of the server. It is yet to be started. */
export function builtInWorker({ author, config, service, log }: BuiltInWorkerParts): Worker {
  const { skillsRoot, worker } = config;
  log.info({}, `Skills are written by: ${author.name}; they are saved in ${skillsRoot}`);
  const handler = createSkillHandler({ author, skillsRoot });
  return createWorker({ backend: service.fleet.leases, concurrency: worker?.concurrency, logger: log }).handle(skillCreation, handler);
}
