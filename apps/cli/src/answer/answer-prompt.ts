import { log, note, select } from "@clack/prompts";
import { FleetClientError, type HitlClient, type OpenPrompt, type ResponseReceipt } from "@skill-fleet/client";
import { NothingSent } from "../failure.ts";
import { toLines, toOneLine } from "../terminal-text.ts";
import { askForm, type Terminal } from "./ask-form.ts";
import { promptForm } from "./prompt-form.ts";

/**
 * Shows a prompt, asks for each part of the response, and sends it. What does not fit is asked
 * again; so is everything when the prompt was revised meanwhile.
 *
 * @throws {FleetClientError} when the prompt takes no response any more
 * @throws {NothingSent} when the person breaks off
 */
export async function answerPrompt(hitl: HitlClient, prompt: OpenPrompt, terminal: Terminal): Promise<ResponseReceipt> {
  let shown = prompt;
  show(shown, terminal);
  for (;;) {
    const response = await askForm(promptForm(shown), terminal);
    try {
      return await hitl.respond(shown.id, response, { ifDigest: shown.digest });
    } catch (error) {
      if (!FleetClientError.is(error)) throw error;
      if (error.code === "INVALID_INPUT") {
        log.error(toOneLine(error.message), terminal);
      } else if (error.code === "PROMPT_CHANGED") {
        shown = error.details?.["prompt"] as OpenPrompt;
        log.warn("The question has changed meanwhile.", terminal);
        show(shown, terminal);
      } else {
        throw error;
      }
    }
  }
}

/** Lets a person choose one of several open prompts. @throws {NothingSent} */
export async function choosePrompt(prompts: readonly OpenPrompt[], terminal: Terminal): Promise<OpenPrompt> {
  const options = prompts.map(({ type, title, id }, index) => ({ value: index, label: toOneLine(title ?? type), hint: id }));
  const chosen = await select({ ...terminal, message: "The job has several questions. Which one?", options });
  const prompt = typeof chosen === "number" ? prompts[chosen] : undefined;
  if (prompt === undefined) throw new NothingSent();
  return prompt;
}

function show({ type, title, body, data, assignee, dueAt, expiresAt }: OpenPrompt, terminal: Terminal): void {
  const material = data === null || type === "clarify" ? undefined : typeof data === "string" ? data : JSON.stringify(data, null, 2);
  const terms = [
    assignee !== null && `for ${assignee}`,
    dueAt !== null && `due ${dueAt.toISOString()}`,
    expiresAt !== null && `expires ${expiresAt.toISOString()}`,
  ].filter((term) => term !== false);
  const text = [body, material, terms.length > 0 ? terms.join(", ") : undefined].filter((part) => part != null).join("\n\n");
  if (text === "") log.step(toOneLine(title ?? type), terminal);
  else note(toLines(text), toOneLine(title ?? type), terminal);
}
