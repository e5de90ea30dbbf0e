/** The entity tags that a reader has already, as `If-None-Match` lists them. A proxy may have marked them as weak. */
export function knownTags(header: string | undefined): string[] {
  if (header === undefined) return [];
  if (header.trim() === "*") return ["*"];
  return [...header.matchAll(/(?:W\/)?("[^"]*")/g)].map(([, tag = ""]) => tag);
}

/** Whether the reader has what this tag stands for. */
export function isKnown(known: readonly string[], tag: string | undefined): boolean {
  return tag !== undefined && (known.includes("*") || known.includes(tag));
}

/** The highest version that the reader says to have seen: in its tags, or by itself. Tags that are no version say nothing. */
export function highestVersion(known: readonly string[], minVersion: unknown): unknown {
  const versions = known.flatMap((tag) => (/^"\d{1,15}"$/.test(tag) ? [Number(tag.slice(1, -1))] : []));
  if (versions.length === 0) return minVersion;
  // What is no number is for the procedure to refuse.
  if (minVersion !== undefined && typeof minVersion !== "number") return minVersion;
  return Math.max(...versions, minVersion ?? 0);
}
