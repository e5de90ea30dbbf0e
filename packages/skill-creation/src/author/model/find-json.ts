/** How many places are tried where JSON may begin: prose has few braces. */
const maxStarts = 50;

/**
 * The JSON objects and arrays in what a model said, the likeliest first: the whole text, what is in a
 * code fence, what stands between two braces that match in the prose.
 */
export function* jsonIn(text: string): Generator<unknown> {
  for (const candidate of candidatesIn(text)) {
    try {
      const value: unknown = JSON.parse(candidate);
      if (typeof value === "object" && value !== null) yield value;
    } catch {
      // Not this one.
    }
  }
}

function* candidatesIn(text: string): Generator<string> {
  yield text;
  for (const [, inside = ""] of text.matchAll(/```[\w-]*\s*\n([\s\S]*?)```/g)) yield inside;
  let start = text.search(/[{[]/);
  for (let tries = 0; start !== -1 && tries < maxStarts; tries += 1) {
    const end = endOfValue(text, start);
    if (end !== undefined) yield text.slice(start, end);
    const next = text.slice(start + 1).search(/[{[]/);
    start = next === -1 ? -1 : start + 1 + next;
  }
}

/** Where the object or array that begins at `start` ends; undefined when it does not. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i += 1) {
    const character = text[i];
    if (quoted) {
      if (character === "\\") i += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return undefined;
}
