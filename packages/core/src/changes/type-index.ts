/** Those who wait for work, each for some types, in the order in which they came: found by a type without a look at the others. */
export class TypeIndex<Member extends { readonly types: readonly string[] }> {
  readonly #membersOf = new Map<string, Set<Member>>();

  add(member: Member): void {
    for (const type of member.types) {
      const members = this.#membersOf.get(type);
      if (members === undefined) this.#membersOf.set(type, new Set([member]));
      else members.add(member);
    }
  }

  delete(member: Member): void {
    for (const type of member.types) {
      const members = this.#membersOf.get(type);
      members?.delete(member);
      if (members?.size === 0) this.#membersOf.delete(type);
    }
  }

  of(type: string): Iterable<Member> {
    return this.#membersOf.get(type) ?? [];
  }

  /** All of them, some more than once. */
  *all(): Iterable<Member> {
    for (const members of this.#membersOf.values()) yield* members;
  }
}
