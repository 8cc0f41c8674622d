import type { Transaction } from '#platform/database/connect.ts';
import { addUnconfirmedContacts } from '#src/contacts/add-unconfirmed-contacts.ts';
import { findContactsByEmail } from '#src/contacts/find-contacts-by-email.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import { findUnusableAddresses } from '#src/erasure/find-unusable-addresses.ts';
import { appendEntries, createSalts } from '#src/ledger/append-entries.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import type { Filed } from './record-submissions.ts';

/**
 * Asks whoever is said to hold parental responsibility (Art. 8(2)). Their address is a datum like any other: a contact of
 * their own, whose one provenance is this question, so that no other purpose can use it and they can see and erase it. An
 * address that is known already is not touched; the question goes to it all the same.
 */
export async function askGuardians(tx: Transaction, children: readonly Filed[], mail: 'queued' | 'held'): Promise<void> {
  const unusable = await findUnusableAddresses(
    tx,
    children.flatMap((child) => child.parent?.matchHash ?? []),
  );
  // One after another: two children may name the same parent.
  for (const child of children) await askGuardian(tx, child, unusable, mail);
}

async function askGuardian(tx: Transaction, child: Filed, unusable: ReadonlySet<string>, mail: 'queued' | 'held'): Promise<void> {
  const { parent } = child;
  const { parental } = child.form;
  if (!parent || !parental) throw new Error('a form that asks for the age has a purpose to ask parents under');
  // Nobody is asked, so nobody can agree: the request ends by itself.
  if (unusable.has(parent.matchHash.toString('hex'))) return;
  // Told by the child, not by themselves (Art. 14); the message that asks them tells them so.
  const sourceId = await recordGuardianSource(tx, child);
  const guardian = await findOrAddGuardian(tx, child, parent, parental.id, sourceId);
  await tx
    .insertInto('parental_confirmation')
    .values({ submission_id: child.id, guardian_id: guardian.contactId, asked_at: child.at })
    .execute();

  await appendEntries(tx, [
    {
      kind: 'basis-asserted',
      contactId: guardian.contactId,
      purpose: parental,
      channel: 'email',
      legalBasis: 'legal-obligation',
      permissionGround: 'not-needed',
      occurredAt: child.at,
      until: child.expiresAt,
      sourceId,
      language: child.language,
      actor: { kind: 'system' },
      method: 'form',
      evidence: { submission: child.id },
    },
  ]);
  await queueDeliveries(
    tx,
    [
      {
        contactId: guardian.contactId,
        contactPointId: guardian.pointId,
        purposeId: parental.id,
        channel: 'email',
        template: 'confirm-for-child',
        parameters: { submission: child.id },
        language: child.language,
      },
    ],
    mail,
  );
}

async function findOrAddGuardian(
  tx: Transaction,
  child: Filed,
  parent: NonNullable<Filed['parent']>,
  purposeId: string,
  sourceId: string,
) {
  const known = (await findContactsByEmail(tx, [parent.email.matchKey])).get(parent.email.matchKey);
  if (known) return known;
  const provenanceId = await recordProvenance(tx, {
    sourceId,
    purposeId,
    legalBasis: 'legal-obligation',
    providedBySubject: false,
  });
  const [added] = await addUnconfirmedContacts(tx, [
    { email: parent.email, matchHash: parent.matchHash, language: child.language, provenanceIds: [provenanceId] },
  ]);
  if (!added) throw new Error('a parent could not be added');
  // One entry of theirs is about to follow, and it needs its salt.
  await createSalts(tx, [added.contactId]);
  return added;
}

/** One per form, however many children named their parents on it. */
async function recordGuardianSource(tx: Transaction, child: Filed): Promise<string> {
  const label = `/f/${child.form.slug}, ${child.form.version.number}: parent`;
  const known = await tx
    .selectFrom('source')
    .select('id')
    .where('kind', '=', 'form')
    .where('label', '=', label)
    .where('obtained_from', '=', 'other')
    .executeTakeFirst();
  return known?.id ?? recordSource(tx, { kind: 'form', label, obtainedFrom: 'other' });
}
