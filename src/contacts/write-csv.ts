import Papa from 'papaparse';
import { exportWords as bg } from '#src/languages/bg/export.ts';
import { exportWords as en } from '#src/languages/en/export.ts';
import type { Language } from '#src/languages/languages.ts';
import type { ExportSection } from '#src/personal-data.ts';

/**
 * RFC 4180 with a byte order mark, without which Excel shows Cyrillic as noise. One line is one datum with everything that
 * accounts for it, so a reader who filters loses no meaning.
 */
export function writeCsv(sections: readonly ExportSection[], language: Language): string {
  const words = { bg, en }[language];
  const { columns } = words;
  const lines = sections.flatMap(({ section, items }) =>
    items.flatMap((item, index) => {
      const provenance = item.provenance ?? [];
      const account = [
        provenance.map((one) => one.source.label).join('; '),
        provenance.map((one) => words.obtainedFrom[one.source.obtainedFrom]).join('; '),
        provenance.map((one) => one.purpose.name[language]).join('; '),
        provenance.map((one) => words.legalBasis[one.legalBasis]).join('; '),
        provenance.map((one) => words.retention(one.retention.months, one.retention.starts)).join('; '),
      ];
      const heading = words.sections[section as keyof typeof words.sections] ?? section;
      return Object.entries(item.fields)
        .filter(([, value]) => value !== null && value !== '')
        .map(([field, value]) => [heading, String(index + 1), field, String(value), ...account].map(withoutFormula));
    }),
  );
  const header = [
    columns.section,
    columns.item,
    columns.field,
    columns.value,
    columns.source,
    columns.obtainedFrom,
    columns.purpose,
    columns.legalBasis,
    columns.retention,
  ];
  return `\uFEFF${Papa.unparse([header, ...lines], { newline: '\r\n' })}\r\n`;
}

/**
 * A value a spreadsheet would run as a formula gets an apostrophe before it (OWASP ASVS 5.0, 1.2.10), full-width signs
 * included. Plain numbers and phone numbers are left alone: they compute nothing, and +359 must stay +359.
 */
export function withoutFormula(value: string): string {
  if (!/^[=+\-@\t\r\n\0＝＋－＠]/.test(value) || /^[+-]?[\d\s().-]+$/.test(value)) return value;
  return `'${value}`;
}
