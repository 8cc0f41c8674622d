import { subscriptionStatuses } from './column-mapping.ts';
import type { ImportedEvidence, ImportedPerson, ImportedPoint, ImportedStatus, PersonProblem } from './imported-person.ts';

/**
 * One person out of all rows of one match key, in the order of the file. Of permissions the stricter wins, whichever row
 * says it: of somebody who unsubscribed in one row, another row cannot make a subscriber. Of facts the later row wins, an
 * empty cell never. Evidence is that of one row, the one that has most of it: a consent's time of one row and a network
 * address of another would prove something that never happened.
 */
export function joinPeople(people: readonly [ImportedPerson, ...ImportedPerson[]]): ImportedPerson {
  const [first, ...later] = people;
  return later.reduce(joinTwo, first);
}

function joinTwo(one: ImportedPerson, other: ImportedPerson): ImportedPerson {
  const differing = Object.keys(other.facts).filter(
    (key) => Object.hasOwn(one.facts, key) && one.facts[key] !== other.facts[key],
  );
  return {
    rows: [...one.rows, ...other.rows],
    match: one.match ?? other.match,
    facts: { ...one.facts, ...other.facts },
    points: joinPoints(one.points, other.points),
    statuses: joinStatuses(one.statuses, other.statuses),
    evidence: joinEvidence(one.evidence, other.evidence),
    country: other.country ?? one.country,
    language: other.language ?? one.language,
    tags: [...new Set([...one.tags, ...other.tags])],
    problems: [
      ...one.problems,
      ...other.problems,
      ...differing.map(
        (field): PersonProblem => ({
          weight: 'warning',
          code: 'differs-from-earlier-row',
          row: other.rows[0] ?? 0,
          column: null,
          values: { field, earlier: one.rows.at(-1) ?? 0 },
        }),
      ),
    ],
  };
}

function joinPoints(one: readonly ImportedPoint[], other: readonly ImportedPoint[]): ImportedPoint[] {
  const known = new Set(one.map(({ kind, address }) => `${kind} ${address.matchKey}`));
  return [...one, ...other.filter(({ kind, address }) => !known.has(`${kind} ${address.matchKey}`))];
}

function joinStatuses(one: readonly ImportedStatus[], other: readonly ImportedStatus[]): ImportedStatus[] {
  const joined = new Map(one.map((status) => [status.channel, status]));
  for (const status of other) {
    const before = joined.get(status.channel);
    joined.set(status.channel, before ? stricterStatus(before, status) : status);
  }
  return [...joined.values()];
}

/** Of two of the same channel the one that permits less; of two alike the one with the earlier known time: it has stood since. */
export function stricterStatus(one: ImportedStatus, other: ImportedStatus): ImportedStatus {
  const difference = subscriptionStatuses.indexOf(one.status) - subscriptionStatuses.indexOf(other.status);
  if (difference !== 0) return difference > 0 ? one : other;
  if (one.at === null || (other.at !== null && other.at < one.at)) return other.at === null ? one : other;
  return one;
}

function joinEvidence(one: ImportedEvidence, other: ImportedEvidence): ImportedEvidence {
  return Object.keys(other).length > Object.keys(one).length ? other : one;
}
