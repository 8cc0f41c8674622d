import { exportWords as bgExport } from '#src/languages/bg/export.ts';
import { registerWords as bg } from '#src/languages/bg/register.ts';
import { exportWords as enExport } from '#src/languages/en/export.ts';
import { registerWords as en } from '#src/languages/en/register.ts';
import type { Language } from '#src/languages/languages.ts';
import type { RegisteredActivity } from './find-register.ts';

export const registerWordsOf = { bg, en };
export const exportWordsOf = { bg: bgExport, en: enExport };

/** The data an activity uses, by category, with the fields of each. */
export function sayData({ fields, otherData }: Pick<RegisteredActivity, 'fields' | 'otherData'>, language: Language): string[] {
  const words = registerWordsOf[language];
  const byCategory = Map.groupBy(fields, ({ dataCategory }) => dataCategory);
  return [
    ...[...byCategory].map(
      ([category, own]) => `${words.dataCategory[category]}: ${own.map(({ label }) => label[language]).join(', ')}`,
    ),
    ...otherData,
  ];
}
