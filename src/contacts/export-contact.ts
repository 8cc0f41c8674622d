import { type Database, inSnapshot } from '#platform/database/connect.ts';
import { everySlicesData } from '#src/every-slices-data.ts';
import { exportWords } from '#src/languages/en/export.ts';
import type { Language } from '#src/languages/languages.ts';
import { livingOf, recordsOf } from '#src/merging/find-living.ts';
import type { ExportSection } from '#src/personal-data.ts';
import { describeContact } from './describe-contact.ts';
import { writeCsv } from './write-csv.ts';
import { writeVcard } from './write-vcard.ts';

export const exportFormats = ['csv', 'json', 'vcf'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What people look for first comes first. */
const readingOrder = Object.keys(exportWords.sections);

export interface ExportFile {
  readonly body: string;
  /** Names no person: file names end up in logs and download lists. */
  readonly fileName: string;
  readonly mediaType: string;
}

/**
 * A person's copy (Art. 15(3), 20(1)): what every slice holds about them, each datum with its source, legal basis, purpose
 * and retention, in one snapshot. Undefined when there is no such contact.
 */
export function exportContact(
  db: Database,
  contactId: string,
  format: ExportFormat,
  language: Language,
): Promise<ExportFile | undefined> {
  return inSnapshot(db, async (snapshot) => {
    const fileName = `saglasie-${contactId}.${format}`;
    if (format === 'vcf') {
      const contact = await describeContact(snapshot, await livingOf(snapshot, contactId));
      return contact && { body: writeVcard(contact), fileName, mediaType: 'text/vcard; charset=utf-8' };
    }
    const [known, records] = await Promise.all([
      snapshot.selectFrom('contact').select('id').where('id', '=', contactId).executeTakeFirst(),
      recordsOf(snapshot, contactId),
    ]);
    if (!known) return undefined;

    const sections = together(
      await Promise.all(records.flatMap((id) => everySlicesData.map((slice) => slice.export(snapshot, id, language)))),
    );
    sections.sort((one, other) => readingOrder.indexOf(one.section) - readingOrder.indexOf(other.section));
    return format === 'csv'
      ? { body: writeCsv(sections, language), fileName, mediaType: 'text/csv; charset=utf-8' }
      : { body: writeJson(contactId, sections), fileName, mediaType: 'application/json; charset=utf-8' };
  });
}

/** One section of each kind, whichever record its items are kept under: the person is one. */
function together(exported: readonly (readonly ExportSection[])[]): ExportSection[] {
  const sections = new Map<string, ExportSection>();
  for (const one of exported.flat()) {
    const before = sections.get(one.section);
    sections.set(one.section, before ? { ...before, items: [...before.items, ...one.items] } : one);
  }
  return [...sections.values()];
}

function writeJson(contactId: string, sections: readonly ExportSection[]): string {
  const data = Object.fromEntries(
    sections.map(({ section, items }) => [
      section,
      items.map((item) => ({ ...item.fields, ...(item.provenance ? { provenance: item.provenance } : {}) })),
    ]),
  );
  return `${JSON.stringify({ format: 'saglasie-person', version: 1, contact: contactId, ...data }, null, 2)}\n`;
}
