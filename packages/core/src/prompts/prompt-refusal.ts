import { FleetError } from "../errors.ts";
import { isSameJson, type Json } from "../json.ts";
import type { OpenPrompt, Prompt } from "./prompt.ts";

export function promptNotFound(id: string): FleetError {
  return new FleetError("PROMPT_NOT_FOUND", `There is no prompt ${JSON.stringify(id)}.`);
}

/** That the prompt shows something else than what the caller decided about. */
export function promptChanged(prompt: OpenPrompt): FleetError {
  const { id, jobId, digest } = prompt;
  const message = `Prompt ${id} of job ${jobId} has been revised: its digest is ${digest} now. Look at it again and decide anew.`;
  return new FleetError("PROMPT_CHANGED", message, { jobId, details: { promptId: id, prompt } });
}

/** That the deadline has passed. `onExpire` says what that did. */
export function promptExpired({ id, jobId, expiresAt }: Prompt): FleetError {
  const message = `Prompt ${id} of job ${jobId} expired at ${expiresAt?.toISOString()} and takes no response any more.`;
  return new FleetError("PROMPT_EXPIRED", message, { jobId, details: { promptId: id, expiresAt } });
}

/** Why a prompt that is no longer open refuses a change; `value` is the response that it refuses, if it is one. */
export function settledRefusal(prompt: Prompt, value?: Json): FleetError {
  const { id, jobId } = prompt;
  const details = { promptId: id };
  if (prompt.status === "expired") return promptExpired(prompt);
  if (prompt.status === "answered") {
    const { response, respondedBy, respondedVia, respondedAt } = prompt;
    const same = value === undefined || !isSameJson(response, value) ? "another response" : "the same response";
    const which = value === undefined ? "a response" : same;
    const message = `Prompt ${id} of job ${jobId} has ${which} already, from ${respondedBy} at ${respondedAt.toISOString()}.`;
    const winner = { response, respondedBy, respondedVia, respondedAt };
    return new FleetError("PROMPT_ALREADY_ANSWERED", message, { jobId, details: { ...details, winner } });
  }
  const why =
    prompt.status === "withdrawn" ? "was withdrawn by whoever asked" : `was closed without a response, because job ${jobId} ended`;
  return new FleetError("PROMPT_CLOSED", `Prompt ${id} of job ${jobId} ${why}.`, {
    jobId,
    details: { ...details, promptStatus: prompt.status },
  });
}
