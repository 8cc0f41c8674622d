import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { likenesses } from './compare-people.ts';
import type { SuggestedPerson, Suggestion } from './list-suggestions.ts';

export const suggestedPersonShape = z
  .object({
    id: z.string(),
    givenName: z.string().nullable(),
    familyName: z.string().nullable(),
    company: z.string().nullable(),
    email: z.string().nullable(),
    state: z.enum(['active', 'quarantined']),
    createdAt: moment,
    /** Art. 18: shown, and not to be united with anybody. */
    restricted: z.boolean(),
    /** Has an address whose owner confirmed it. */
    verified: z.boolean(),
  })
  .meta({ id: 'SuggestedPerson' });

export const suggestionShape = z
  .object({
    one: suggestedPersonShape,
    other: suggestedPersonShape,
    score: z.int().min(1).max(100),
    reasons: z.array(z.enum(likenesses)),
    foundAt: moment,
  })
  .meta({ id: 'DuplicateSuggestion' });

export function presentSuggestedPerson(person: SuggestedPerson): z.input<typeof suggestedPersonShape> {
  return { ...person, id: toPublicId('con', person.id), createdAt: person.createdAt.toISOString() };
}

export function presentSuggestion(suggestion: Suggestion): z.input<typeof suggestionShape> {
  return {
    one: presentSuggestedPerson(suggestion.one),
    other: presentSuggestedPerson(suggestion.other),
    score: suggestion.score,
    reasons: [...suggestion.reasons],
    foundAt: suggestion.foundAt.toISOString(),
  };
}
