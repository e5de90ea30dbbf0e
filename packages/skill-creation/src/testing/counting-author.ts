import type { SkillAuthor } from "../author/author.ts";
import { templateAuthor } from "../author/template/template-author.ts";

type Step = Exclude<keyof SkillAuthor, "name">;

/** The template author, with some steps done differently; `calls` has every call in order. */
export function countingAuthor(others: Partial<Omit<SkillAuthor, "name">> = {}): { author: SkillAuthor; calls: Step[] } {
  const author = { ...templateAuthor(), ...others };
  const calls: Step[] = [];
  const counted = <Name extends Step>(name: Name): SkillAuthor[Name] =>
    ((...parameters: unknown[]) => {
      calls.push(name);
      return (author[name] as (...given: unknown[]) => unknown)(...parameters);
    }) as SkillAuthor[Name];
  return {
    author: { ...author, understand: counted("understand"), plan: counted("plan"), write: counted("write"), revise: counted("revise") },
    calls,
  };
}
