import { type RawBuilder, sql } from 'kysely';
import type { Channel } from '#src/purposes/purpose.ts';

/**
 * What a person has said about a purpose on a channel. A no, a question that waits, and never having been asked are three
 * different things; so are a consent that ended and one that the purpose has outgrown.
 */
export const consentAnswers = ['given', 'refused', 'withdrawn', 'expired', 'outdated', 'waiting', 'never-asked'] as const;
export type ConsentAnswer = (typeof consentAnswers)[number];

/** The rows that say so, one for each contact, as SQL over `permission_state s`; undefined for those of whom no row speaks. */
export function rowsAnswering(purposeId: string, channel: Channel, answer: ConsentAnswer): RawBuilder<unknown> | undefined {
  if (answer === 'never-asked') return undefined;
  const about = sql`s.purpose_id = ${purposeId}::uuid and s.channel = ${channel}`;
  if (answer === 'waiting') {
    return sql`from permission_state s where ${about} and s.register = 'request' and not exists (
      select from permission_state o where o.contact_id = s.contact_id and o.purpose_id = s.purpose_id and o.channel = s.channel
         and o.register = 'consent')`;
  }
  const isYes = sql`s.kind in ('consent-given', 'consent-renewed')`;
  const stands = sql`${isYes} and coalesce(s.until, 'infinity') > now()`;
  const covers = sql`(select covers_from_version from purpose where id = ${purposeId}::uuid)`;
  const says = {
    given: sql`${stands} and s.purpose_version >= ${covers}`,
    outdated: sql`${stands} and s.purpose_version < ${covers}`,
    refused: sql`s.kind = 'consent-refused'`,
    withdrawn: sql`s.kind = 'consent-withdrawn'`,
    expired: sql`(s.kind = 'consent-expired' or ${isYes} and s.until <= now())`,
  }[answer];
  return sql`from permission_state s where ${about} and s.register = 'consent' and ${says}`;
}

export function wasNeverAsked(purposeId: string, channel: Channel): RawBuilder<boolean> {
  return sql<boolean>`not exists (select from permission_state s where s.contact_id = contact.id and s.purpose_id = ${purposeId}::uuid
    and s.channel = ${channel} and s.register in ('consent', 'request'))`;
}
