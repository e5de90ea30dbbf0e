import { type InputProblem, invalidInput } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import { kindOf } from "./kinds/prompt-kinds.ts";
import type { OnExpire, Prompt } from "./prompt.ts";
import type { ResponseSchemas } from "./schema/response-schemas.ts";

/** What decides about responses to a prompt. */
interface Terms {
  readonly type: string;
  readonly responseSchema: JsonObject | null;
}

/** Holds responses against the schemas of their prompts, and puts them into the words that the schemas know. */
export class ResponseChecker {
  readonly #schemas: ResponseSchemas;

  constructor(schemas: ResponseSchemas) {
    this.#schemas = schemas;
  }

  /**
   * Checks what a prompt will be opened or revised with; returns `onExpire` with its response in
   * the words of the schema.
   *
   * @throws {FleetError} `INVALID_INPUT` when the schema is none, or the response of `onExpire` does not fit it
   */
  async checkTerms(terms: Terms & { readonly onExpire: OnExpire }, jobId: string): Promise<OnExpire> {
    const { type, responseSchema, onExpire } = terms;
    if (responseSchema !== null && responseSchema !== kindOf(type)?.responseSchema) {
      const problems = await this.#schemas.problemsOfSchema(responseSchema);
      if (problems.length > 0) throw invalidInput(under("responseSchema", problems), jobId);
    }
    if (typeof onExpire === "string") return onExpire;
    const { response, problems } = await this.#fit(terms, onExpire.response);
    if (problems.length > 0) throw invalidInput(under("onExpire", under("response", problems)), jobId);
    return { response };
  }

  /**
   * The response in the words of the prompt's schema. To a prompt that takes none any more it
   * comes back as it is.
   *
   * @throws {FleetError} `INVALID_INPUT` with the paths that do not fit
   */
  async fit(prompt: Prompt, value: Json): Promise<Json> {
    const { response, problems } = await this.#fit(prompt, value);
    if (problems.length > 0 && prompt.status === "open") throw invalidInput(under("response", problems), prompt.jobId);
    return response;
  }

  async #fit({ type, responseSchema: schema }: Terms, value: Json): Promise<{ response: Json; problems: readonly InputProblem[] }> {
    const problems = schema === null ? [] : await this.#schemas.problemsOfResponse(schema, value);
    if (schema === null || problems.length === 0) return { response: value, problems };
    const response = kindOf(type)?.normalizeResponse(value) ?? value;
    if (response === value) return { response, problems };
    const left = await this.#schemas.problemsOfResponse(schema, response);
    return { response: left.length === 0 ? response : value, problems: left };
  }
}

function under(field: string, problems: readonly InputProblem[]): InputProblem[] {
  return problems.map(({ path, message }) => ({ path: [field, ...path], message }));
}
