/**
 * Keeps what is made of a value for as long as the value is there. Only for values that never change: of a job
 * that does there is another one, of which nothing has been made yet.
 */
export function madeOnce<Made>(make: (value: object) => Made): (value: object) => Made {
  const madeOf = new WeakMap<object, Made>();
  return (value) => {
    const known = madeOf.get(value);
    if (known !== undefined) return known;
    const made = make(value);
    madeOf.set(value, made);
    return made;
  };
}
