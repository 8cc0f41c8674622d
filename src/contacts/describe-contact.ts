import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { livingOf } from '#src/merging/find-living.ts';
import { findProvenances, type Provenance } from '#src/sources/find-provenance.ts';
import type { PointKind } from './addresses.ts';
import { type ContactState, displayName, type Facts } from './contact.ts';

export interface DescribedFact {
  readonly field: string;
  readonly value: string;
  readonly provenance: readonly Provenance[];
  readonly changedAt: Date;
}

export interface DescribedPoint {
  readonly id: string;
  readonly kind: PointKind;
  readonly value: string;
  readonly original: string;
  readonly isPrimary: boolean;
  readonly verifiedAt: Date | null;
  /** It came after they had agreed to something with another address, and waits to be shown theirs. */
  readonly mustConfirm: boolean;
  readonly provenance: readonly Provenance[];
  readonly createdAt: Date;
}

/** Everything the CRM itself holds about a person, each datum with what accounts for it. */
export interface DescribedContact {
  readonly id: string;
  readonly name: string;
  readonly state: ContactState;
  /** The record it went up in. */
  readonly mergedInto: string | null;
  readonly language: Language;
  readonly country: string | null;
  readonly facts: readonly DescribedFact[];
  readonly points: readonly DescribedPoint[];
  readonly origin: Provenance;
  /** What accounts for them since, where nobody knew on which basis they had come. */
  readonly repaired?: Provenance | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export async function describeContact(db: Database, contactId: string): Promise<DescribedContact | undefined> {
  const contact = await db
    .selectFrom('contact')
    .select([
      'id',
      'state',
      'language',
      'country',
      'facts',
      'origin_id',
      'repaired_id',
      'given_name',
      'family_name',
      'primary_email',
      'created_at',
      'updated_at',
    ])
    .where('id', '=', contactId)
    .executeTakeFirst();
  if (!contact) return undefined;
  const points = await db
    .selectFrom('contact_point')
    .select(['id', 'kind', 'original', 'normalised', 'is_primary', 'verified_at', 'must_confirm', 'provenance_ids', 'created_at'])
    .where('contact_id', '=', contactId)
    .orderBy('kind')
    .orderBy('is_primary', 'desc')
    .orderBy('id')
    .execute();

  const facts = Object.entries(contact.facts as unknown as Facts);
  const provenances = await findProvenances(db, [
    contact.origin_id,
    ...(contact.repaired_id ? [contact.repaired_id] : []),
    ...facts.flatMap(([, fact]) => fact.provenance),
    ...points.flatMap((point) => point.provenance_ids),
  ]);
  const known = (ids: readonly string[]) => ids.flatMap((id) => provenances.get(id) ?? []);
  const [origin] = known([contact.origin_id]);
  if (!origin) throw new Error('a contact always has an origin');

  return {
    id: contact.id,
    name: displayName(contact),
    state: contact.state as ContactState,
    mergedInto: contact.state === 'merged' ? await livingOf(db, contact.id) : null,
    language: contact.language as Language,
    country: contact.country,
    facts: facts.map(([field, fact]) => ({
      field,
      value: fact.value,
      provenance: known(fact.provenance),
      changedAt: new Date(fact.at),
    })),
    points: points.map((point) => ({
      id: point.id,
      kind: point.kind as PointKind,
      value: point.normalised,
      original: point.original,
      isPrimary: point.is_primary,
      verifiedAt: point.verified_at,
      mustConfirm: point.must_confirm && !point.verified_at,
      provenance: known(point.provenance_ids),
      createdAt: point.created_at,
    })),
    origin,
    repaired: contact.repaired_id ? provenances.get(contact.repaired_id) : undefined,
    createdAt: contact.created_at,
    updatedAt: contact.updated_at,
  };
}

/** The contact that has this e-mail address (its match key). */
export async function findContactByEmail(db: Database, matchKey: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('contact_point')
    .select('contact_id')
    .where('kind', '=', 'email')
    .where('match_key', '=', matchKey)
    .executeTakeFirst();
  return row?.contact_id;
}
