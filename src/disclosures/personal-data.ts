import { disclosureWords as bg } from '#src/languages/bg/disclosures.ts';
import { disclosureWords as en } from '#src/languages/en/disclosures.ts';
import type { PersonalData } from '#src/personal-data.ts';
import { findPurposeNames } from '#src/purposes/find-purpose.ts';
import { disclosuresOf } from './list-disclosures.ts';

/**
 * Who received whose data (Art. 15(1)(c)). A disclosure itself names nobody; in its parts stand people's ids, and whoever is
 * erased leaves them by a trigger in the same transaction.
 */
export const disclosuresData: PersonalData = {
  slice: 'disclosures',
  tables: {
    disclosure: {
      columns: {
        id: 'reference',
        recipient_kind: 'exported',
        recipient: 'exported',
        recipient_country: 'exported',
        rule: 'exported',
        purpose_id: 'exported',
        purpose_version: 'reference',
        channel: 'exported',
        statement: 'exported',
        restriction_ground: 'exported',
        fields: 'exported',
        recorded_by_kind: 'reference',
        recorded_by: 'reference',
        recorded_at: 'reference',
        disclosed_at: 'exported',
        people: 'reference',
      },
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'На кого, кога и за каква цел са предавани данни; изтритите отпадат от списъка (чл. 5, параграф 2, чл. 19).',
        en: 'To whom, when and for what data were passed on; whoever is erased leaves the list (Art. 5(2), 19).',
      },
    },
    disclosure_part: {
      columns: { disclosure_id: 'reference', attempt: 'reference', no: 'reference', contact_ids: 'reference', span: 'reference' },
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'На кого, кога и за каква цел са предавани данни; изтритите отпадат от списъка (чл. 5, параграф 2, чл. 19).',
        en: 'To whom, when and for what data were passed on; whoever is erased leaves the list (Art. 5(2), 19).',
      },
    },
  },

  async export(db, contactId, language) {
    const words = { bg, en }[language];
    const disclosures = await disclosuresOf(db, [contactId]);
    const purposes = await findPurposeNames(
      db,
      disclosures.flatMap(({ purposeId }) => purposeId ?? []),
    );
    return [
      {
        section: 'disclosures',
        items: disclosures.map((disclosure) => ({
          fields: {
            given_at: disclosure.disclosedAt.toISOString(),
            recipient: disclosure.recipient.name,
            recipient_kind: words.recipientKinds[disclosure.recipient.kind],
            country: disclosure.recipient.country,
            on_the_ground_of: words.rules[disclosure.rule],
            purpose: (disclosure.purposeId && purposes.get(disclosure.purposeId)?.[language]) ?? null,
            channel: disclosure.channel,
            what_for: disclosure.statement,
            restricted_because: disclosure.restrictionGround && words.restrictionGrounds[disclosure.restrictionGround],
            fields: disclosure.fields.map((key) => words.fields[key as keyof typeof words.fields] ?? key).join(', '),
          },
        })),
      },
    ];
  },

  /** A trigger takes whoever is erased out of every part. */
  erase: async () => {},
};
