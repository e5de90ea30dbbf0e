/**
 * What a person can decide about a proposal, and the words that mean it.
 *
 * - `proceed`: go on with it as it is.
 * - `revise`: go on, but change it first.
 * - `cancel`: stop the job's work on it.
 */
export const actionWords = {
  proceed: ["proceed", "yes", "y", "ok", "okay", "approve", "approved", "accept", "accepted", "confirm", "confirmed", "continue", "go"],
  revise: ["revise", "no", "n", "edit", "change", "modify", "refine", "redo", "again"],
  cancel: ["cancel", "cancelled", "canceled", "stop", "abort", "quit", "reject", "rejected", "decline"],
} as const satisfies Record<string, readonly string[]>;

export type Action = keyof typeof actionWords;

export const actions = Object.keys(actionWords) as Action[];

const actionOfWord = new Map(
  Object.entries(actionWords).flatMap(([action, words]) => words.map((word) => [word as string, action as Action])),
);

/** The action that a word means, whatever its case; undefined when it means none. */
export function actionOf(word: unknown): Action | undefined {
  return typeof word === "string" ? actionOfWord.get(word.trim().toLowerCase()) : undefined;
}
