import type { Logger, PromptManager } from "@skill-fleet/core";

/**
 * Makes the task that lets the deadlines of prompts happen. It never throws, the next run tries
 * again; of failures in a row it reports the first, since it runs often.
 */
export function deadlineTask(prompts: Pick<PromptManager, "expireOverdue">, log: Logger): () => Promise<void> {
  let failing = false;
  return async () => {
    try {
      await prompts.expireOverdue();
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, "Error in deadline task");
      failing = true;
    }
  };
}
