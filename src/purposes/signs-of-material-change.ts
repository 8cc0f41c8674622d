import { languages } from '#src/languages/languages.ts';
import type { PurposeDefinition, RetentionRule } from './purpose.ts';

export const changeSigns = [
  'name-changed',
  'explanation-changed',
  'recipients-added',
  'data-added',
  'channels-added',
  'retention-longer',
  'became-marketing',
] as const;
export type ChangeSign = (typeof changeSigns)[number];

/** Something about a change that people had not agreed to, or been told of. */
export interface MaterialSign {
  readonly sign: ChangeSign;
  /** What was added, where it can be named. */
  readonly added: readonly string[];
}

/**
 * What in a change looks as if it went beyond what people know (Art. 13(3), 14(4); consent is specific and informed,
 * Art. 4(11)). A proposal: whether a corrected comma in the explanation is material, a person decides. Less of anything is
 * never material.
 */
export function signsOfMaterialChange(before: PurposeDefinition, after: PurposeDefinition): MaterialSign[] {
  const signs: MaterialSign[] = [];
  const note = (sign: ChangeSign, added: readonly string[] = []) => signs.push({ sign, added });

  if (languages.some((language) => plain(before.name[language]) !== plain(after.name[language]))) note('name-changed');
  if (languages.some((language) => plain(before.explanation[language]) !== plain(after.explanation[language]))) {
    note('explanation-changed');
  }
  const recipients = after.recipients.filter(
    (one) =>
      !before.recipients.some(
        (known) =>
          plain(known.name) === plain(one.name) && known.country === one.country && plain(known.role) === plain(one.role),
      ),
  );
  if (recipients.length > 0)
    note(
      'recipients-added',
      recipients.map(({ name }) => name),
    );
  const data = after.dataCategories.filter((category) => !before.dataCategories.includes(category));
  if (data.length > 0) note('data-added', data);
  // A consent is to one channel: another channel is asked for by itself and widens no consent.
  const channels = after.channels.filter((channel) => !before.channels.includes(channel));
  if (channels.length > 0 && after.legalBasis !== 'consent') note('channels-added', channels);
  if (isLonger(before.retention, after.retention)) note('retention-longer');
  if (after.isMarketing && !before.isMarketing) note('became-marketing');
  return signs;
}

/** Spaces and letter case change nothing that is said. */
function plain(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** Another event to count from may lie years later, so it counts as longer. */
function isLonger(before: RetentionRule, after: RetentionRule): boolean {
  return after.starts !== before.starts || after.months > before.months;
}
