import type { Transaction } from '#platform/database/connect.ts';
import { findByPhoneAndName, findOwners, holdPeople, nameKeyOf } from '#src/contacts/find-people.ts';
import { findSuppressions } from '#src/erasure/suppress-addresses.ts';
import { listStatesOf } from '#src/permission/list-states-of.ts';
import type { Ground } from './ground.ts';
import { type HashedPerson, type PersonPlan, planPerson } from './plan-person.ts';
import { joinPeople } from './presets/join-people.ts';

const NOTHING: ReadonlySet<string> = new Set();

export interface World {
  readonly ground: Ground;
  /** By the database's clock. */
  readonly now: Date;
  /** Of these contacts, which ones earlier rows of this import have already brought or changed. */
  ours(contactIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/**
 * Finds out who the people of some rows are, takes those who are known for this transaction, and decides about each. Rows of
 * one person are one: by any of their e-mail addresses, or else by number and name.
 */
export async function planChunk(tx: Transaction, people: readonly HashedPerson[], world: World): Promise<PersonPlan[]> {
  const emails = people.flatMap(({ points }) =>
    points.flatMap(({ kind, address }) => (kind === 'email' ? [address.matchKey] : [])),
  );
  const numbers = people.flatMap(({ match }) => (match?.kind === 'phone' ? [match.key] : []));
  const [owners, byPhone] = [await findOwners(tx, emails), await findByPhoneAndName(tx, numbers)];

  const groups = groupPeople(people, owners, byPhone);
  const ids = groups.flatMap(({ contactId }) => contactId ?? []);
  const held = await holdPeople(tx, ids);
  // Whoever was erased while we waited for them is nobody any more; their hash, which we read after, keeps them out.
  const hashes = people.flatMap(({ points }) => points.map(({ hash }) => hash));
  const [suppressions, states, ours] = [
    await findSuppressions(tx, hashes),
    await listStatesOf(tx, [...held.keys()]),
    await world.ours([...held.keys()]),
  ];
  for (const [matchKey, id] of owners) if (!held.has(id) && ids.includes(id)) owners.delete(matchKey);

  return groups.map(({ members, contactId }) => {
    const contact = contactId === undefined ? undefined : held.get(contactId);
    const plan = planPerson(
      members.length === 1 ? members[0] : (joinPeople(members) as HashedPerson),
      {
        contact,
        states: (contact && states.get(contact.id)) ?? [],
        isOurs: contact !== undefined && ours.has(contact.id),
        suppressed: (hash) => suppressions.get(hash.toString('hex')) ?? NOTHING,
        ownerOf: (matchKey) => owners.get(matchKey),
      },
      world.ground,
      world.now,
    );
    if (plan.contactId)
      for (const { kind, address } of plan.points) if (kind === 'email') owners.set(address.matchKey, plan.contactId);
    return plan;
  });
}

interface Group {
  readonly members: [HashedPerson, ...HashedPerson[]];
  readonly contactId: string | undefined;
}

function groupPeople(
  people: readonly HashedPerson[],
  owners: ReadonlyMap<string, string>,
  byPhone: ReadonlyMap<string, string>,
): Group[] {
  const groups: Group[] = [];
  const byMark = new Map<string, Group>();
  for (const person of people) {
    const marks: string[] = [];
    let contactId: string | undefined;
    // A row that cannot be used says nothing about anybody.
    if (!person.problems.some(({ weight }) => weight === 'refused')) {
      for (const { kind, address } of person.points) {
        if (kind !== 'email') continue;
        contactId ??= owners.get(address.matchKey);
        marks.push(`email ${address.matchKey}`);
      }
      if (person.match?.kind === 'phone') {
        const key = `${person.match.key}\0${nameKeyOf(person.facts['given_name'], person.facts['family_name'])}`;
        contactId ??= byPhone.get(key);
        marks.push(`phone ${key}`);
      }
      if (contactId) marks.push(contactId);
    }
    const known = marks.map((mark) => byMark.get(mark)).find((group) => group !== undefined);
    const group = known ?? { members: [person] as [HashedPerson, ...HashedPerson[]], contactId };
    if (known) known.members.push(person);
    else groups.push(group);
    for (const mark of marks) if (!byMark.has(mark)) byMark.set(mark, group);
  }
  return groups;
}
