import type { SuggestedPerson } from '#src/duplicates/list-suggestions.ts';

/**
 * Which of two records stays when nobody looks: the one whose origin is known, then the one with an address its owner has
 * confirmed, then the one with any e-mail address, then the older.
 */
export function chooseSurvivor(
  one: SuggestedPerson,
  other: SuggestedPerson,
): { survivor: SuggestedPerson; absorbed: SuggestedPerson } {
  const rank = (person: SuggestedPerson) => [person.state === 'active', person.verified, person.email !== null].map(Number);
  const [mine, theirs] = [rank(one), rank(other)];
  const at = mine.findIndex((value, index) => value !== theirs[index]);
  const first =
    at === -1
      ? one.createdAt.getTime() < other.createdAt.getTime() ||
        (one.createdAt.getTime() === other.createdAt.getTime() && one.id < other.id)
      : (mine[at] ?? 0) > (theirs[at] ?? 0);
  return first ? { survivor: one, absorbed: other } : { survivor: other, absorbed: one };
}
