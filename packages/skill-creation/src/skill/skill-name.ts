import { createHash } from "node:crypto";
import { skillLimits } from "./skill.ts";

/** Letters that do not come apart into a Latin one and its accents. */
const spellings: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };

/** What Windows keeps for its devices: no folder there can be called so. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** What Anthropic's products refuse in the name of a skill, although the public format allows it. */
const vendorName = /anthropic|claude/;

/** Whether a text is a valid name as it is: lowercase letters, digits and single hyphens, 1 to 64 characters. */
export function isSkillName(text: string): boolean {
  return text.length <= skillLimits.name && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

/**
 * Makes a valid name out of any words, the same one every time; a valid name stays as it is, unless
 * some system reserves it.
 *
 * Text without a Latin letter or digit gets a name from its hash, so that two such texts do not get
 * the same. What does not fit is cut off, between two words where possible.
 */
export function skillName(text: string): string {
  const words = latin(text)
    .replace(/['’]/g, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "" && !vendorName.test(word));
  const name = cutName(words.join("-"), skillLimits.name);
  if (name === "") return `skill-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
  return deviceName.test(name) ? `${name}-skill` : name;
}

/** The `n`th choice for a name: the name itself, then `name-2`, `name-3` and so on, never longer than a name may be. */
export function numberedName(name: string, n: number): string {
  if (n === 1) return name;
  const suffix = `-${n}`;
  return `${cutName(name, skillLimits.name - suffix.length)}${suffix}`;
}

function cutName(name: string, length: number): string {
  if (name.length <= length) return name;
  const cut = name.slice(0, length);
  const lastHyphen = cut.lastIndexOf("-");
  // A word is only given up for its neighbours, not when it is most of the name.
  const atWord = name[length] === "-" || lastHyphen < length / 2 ? cut : cut.slice(0, lastHyphen);
  return atWord.replace(/-$/, "");
}

function latin(text: string): string {
  const withoutAccents = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return withoutAccents.replace(/[ßæœøđðłþı]/g, (letter) => spellings[letter] ?? letter);
}
