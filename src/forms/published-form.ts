import { sql } from 'kysely';
import { type Database, inTransaction } from '#platform/database/connect.ts';
import { CONFIRMATION, PARENTAL } from '#src/purposes/ensure-starter-purposes.ts';
import { getPurpose, listPurposes } from '#src/purposes/find-purpose.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import type { FormDefinition } from './form.ts';
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
  /** The purpose under which a parent is asked, where the form asks for the age. */
  readonly parental?: { readonly id: string; readonly version: number };
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

/** The same with what recording needs. */
export async function loadPublishedForm(db: Database, slug: string): Promise<PublishedForm | 'missing' | 'closed'> {
  const found = await findPublishedVersion(db, slug);
  return typeof found === 'string' ? found : withAccounts(db, found);
}

/**
 * The version somebody has before them, when it is of this form and was replaced less than a day ago by other words: what
 * they read counts, not what was written since. Not when the form was taken down in between, or a purpose of it ended.
 */
export async function loadShownVersion(db: Database, slug: string, versionId: string): Promise<PublishedForm | undefined> {
  const form = await findForm(db, { slug });
  const version = form && (await findFormVersion(db, versionId));
  if (!form || version?.formId !== form.id) return undefined;
  const { rows } = await sql<{ takes: boolean }>`select form_version_takes_answers(${versionId}::uuid) as takes`.execute(db);
  if (!rows[0]?.takes) return undefined;
  const inUse = new Set((await listPurposes(db)).map((purpose) => purpose.id));
  if (!purposesOf(version.definition).every((id) => inUse.has(id))) return undefined;
  return withAccounts(db, { id: form.id, slug: form.slug, version });
}

async function withAccounts(db: Database, found: { id: string; slug: string; version: FormVersion }): Promise<PublishedForm> {
  const { definition } = found.version;
  return inTransaction(db, async (tx) => {
    const sourceId = await recordSource(tx, {
      kind: 'form',
      label: `/f/${found.slug}, ${found.version.number}`,
      obtainedFrom: 'data-subject',
      formVersionId: found.version.id,
    });
    const provenanceIds = new Map<string, string>();
    for (const purposeId of purposesOf(definition)) {
      const legalBasis = purposeId === definition.magnet?.purpose ? 'contract' : 'consent';
      provenanceIds.set(purposeId, await recordProvenance(tx, { sourceId, purposeId, legalBasis, providedBySubject: true }));
    }
    const confirmation = await getPurpose(tx, CONFIRMATION);
    const parental = found.version.shown.bg.age ? await getPurpose(tx, PARENTAL) : undefined;
    return {
      ...found,
      sourceId,
      provenanceIds,
      confirmation: { id: confirmation.id, version: confirmation.version },
      ...(parental ? { parental: { id: parental.id, version: parental.version } } : {}),
    };
  });
}

function purposesOf(definition: FormDefinition): string[] {
  return [...new Set([...definition.boxes.map((box) => box.purpose), ...(definition.magnet ? [definition.magnet.purpose] : [])])];
}
