/** What a task is about, in the words of whoever gave it: without the request around them, on one line. */
export function topicOf(taskDescription: string): string {
  const line = oneLine(taskDescription);
  const request =
    /^(?:please\s+)?(?:write|create|make|build|draft|generate|develop)\s+(?:me\s+|us\s+)?(?:an?\s+|the\s+)?(?:new\s+)?(?:agent\s+)?skill\b/i;
  const link = /^\s*(?:that|which|about|for|on|to|:)\s+/i;
  const rest = line.replace(request, "");
  const topic = (rest === line ? line : rest.replace(link, "")).replace(/[\s.!?]+$/, "").trim();
  return topic === "" ? "the task at hand" : topic;
}

/** Text with its line breaks and runs of spaces made one space each. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Text of at most `length` code points; what is left out leaves an ellipsis. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`;
}
