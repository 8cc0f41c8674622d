import { type Database, withinTransaction } from '#platform/database/connect.ts';
import { CONFIRMATION } from '#src/purposes/ensure-starter-purposes.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import { PREFERENCES_FORM } from './form.ts';
import { type FormVersion, findForm, findFormVersion } from './queries.ts';

/** Everything a submission of the published version of a form needs to be recorded. */
export interface PublishedForm {
  readonly id: string;
  readonly slug: string;
  readonly version: FormVersion;
  readonly sourceId: string;
  /** Provenance of data given for each purpose through this version. */
  readonly provenanceIds: ReadonlyMap<string, string>;
  /** The purpose under which the confirmation is sent. */
  readonly confirmation: { readonly id: string; readonly version: number };
}

/** The form as it may be filled in now; `missing` when there never was one, `closed` when it was taken down. */
export async function findPublishedVersion(
  db: Database,
  slug: string,
): Promise<{ id: string; slug: string; version: FormVersion } | 'missing' | 'closed'> {
  const form = await findForm(db, { slug });
  if (!form) return 'missing';
  const version = form.publishedVersionId && !form.archivedAt ? await findFormVersion(db, form.publishedVersionId) : undefined;
  return version ? { id: form.id, slug: form.slug, version } : 'closed';
}

/** The same of the forms that have a page of their own: the one behind the preference centre has none. */
export async function findHostedForm(db: Database, slug: string): ReturnType<typeof findPublishedVersion> {
  return slug === PREFERENCES_FORM ? 'missing' : findPublishedVersion(db, slug);
}

/** The same with what recording needs. */
export async function loadPublishedForm(db: Database, slug: string): Promise<PublishedForm | 'missing' | 'closed'> {
  const found = await findPublishedVersion(db, slug);
  if (typeof found === 'string') return found;
  const { definition } = found.version;
  return withinTransaction(db, async (tx) => {
    const sourceId = await recordSource(tx, {
      kind: 'form',
      label: `/f/${slug}, ${found.version.number}`,
      obtainedFrom: 'data-subject',
      formVersionId: found.version.id,
    });
    const provenanceIds = new Map<string, string>();
    for (const purposeId of new Set(definition.boxes.map((box) => box.purpose))) {
      provenanceIds.set(
        purposeId,
        await recordProvenance(tx, { sourceId, purposeId, legalBasis: 'consent', providedBySubject: true }),
      );
    }
    const confirmation = await getPurpose(tx, CONFIRMATION);
    return { ...found, sourceId, provenanceIds, confirmation: { id: confirmation.id, version: confirmation.version } };
  });
}
