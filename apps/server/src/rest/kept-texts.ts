/**
 * Keeps the text that is written of a value for as long as the value is there. Only for values that never
 * change: of a job that does there is another one, which has no text yet.
 */
export function keepTexts(write: (value: object) => string): (value: object) => string {
  const texts = new WeakMap<object, string>();
  return (value) => {
    const known = texts.get(value);
    if (known !== undefined) return known;
    const text = write(value);
    texts.set(value, text);
    return text;
  };
}
