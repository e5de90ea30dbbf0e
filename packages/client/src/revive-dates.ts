/** Turns the texts that a reply marks as dates into dates, in place. */
export function reviveDates(reply: unknown): unknown {
  const { json, dates = [] } = reply as { json: unknown; dates?: (string | number)[][] };
  const root = { json };
  for (const path of dates) revive(root, ["json", ...path]);
  return root.json;
}

function revive(root: object, path: (string | number)[]): void {
  const last = path.pop() as string | number;
  let parent: object = root;
  for (const key of path) parent = (parent as Record<string | number, object>)[key] as object;
  Object.defineProperty(parent, last, { ...Object.getOwnPropertyDescriptor(parent, last), value: new Date(Reflect.get(parent, last)) });
}
