import { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { publicId } from '#platform/http/ids.ts';
import { languages } from '#src/languages/languages.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { channelShape } from '#src/purposes/present.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { consentAnswers } from './consent-answers.ts';
import { contactStates } from './contact.ts';
import type { ContactFilter } from './list-contacts.ts';

export const country = z.string().regex(/^[A-Z]{2}$/);

/** What a list of people can be filtered by, as it is asked for. */
export const contactFilterFields = {
  search: z.string().max(200).optional(),
  state: contactStates.exclude(['merged']).optional(),
  purpose: purposeReference.optional(),
  channel: channelShape.optional(),
  /** With `purpose`: what the person said, instead of whether it may be used. */
  answer: z.enum(consentAnswers).optional(),
  source: publicId('src').optional(),
  country: country.optional(),
  language: z.enum(languages).optional(),
};

const asked = z.object(contactFilterFields);
type AskedFilter = z.output<typeof asked>;

/** @throws AppError 400 `invalid-query` when it names no purpose there is, or a channel or an answer without one */
export async function readContactFilter(db: Database, query: AskedFilter): Promise<ContactFilter> {
  return {
    search: query.search || undefined,
    state: query.state,
    ...(await permissionFilter(db, query)),
    sourceId: query.source,
    country: query.country,
    language: query.language,
  };
}

async function permissionFilter(db: Database, query: AskedFilter): Promise<Pick<ContactFilter, 'may' | 'answered'>> {
  if (query.purpose === undefined) {
    if (query.channel === undefined && query.answer === undefined) return {};
    throw new AppError('invalid-query', { status: 400, fields: [{ field: 'purpose', code: 'missing' }] });
  }
  const purpose = await findPurpose(db, query.purpose);
  const chosen = query.channel ?? purpose?.channels[0];
  if (!purpose || !chosen)
    throw new AppError('invalid-query', { status: 400, fields: [{ field: 'purpose', code: 'unknown-purpose' }] });

  const about = { purposeId: purpose.id, channel: chosen };
  return query.answer === undefined ? { may: about } : { answered: { ...about, answer: query.answer } };
}
