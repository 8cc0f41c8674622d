import { z } from 'zod';
import type { FieldProblem } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { country } from '#src/contacts/read-filter.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { channelShape } from '#src/purposes/present.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { type NewDisclosure, needsPurpose, recipientKinds, restrictionGrounds } from './disclosure.ts';

/** What for, and to whom: of an export, and of whatever else was given. */
export const statedFields = {
  purpose: purposeReference.optional(),
  /** Left out, the purpose's first. */
  channel: channelShape.optional(),
  recipient: z.strictObject({
    kind: z.enum(recipientKinds),
    name: z.string().trim().min(2).max(200),
    country: country.optional(),
  }),
  /** The case, the contract, the campaign; never whom it is about. */
  statement: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .refine((text) => !text.includes('@'), 'no-address-here'),
  /** Why an authority may have data whose processing is restricted (Art. 18(2)); left out, it has none of them. */
  restrictionGround: z.enum(restrictionGrounds).optional(),
};
const stated = z.object(statedFields);

/** The purpose and its channel, where the recipient needs one; and what is wrong with what was stated. */
export async function readStated(
  db: Database,
  body: z.output<typeof stated>,
): Promise<{ purpose: NewDisclosure['purpose']; problems: FieldProblem[] }> {
  const problems: FieldProblem[] = [];
  if (body.restrictionGround && body.recipient.kind !== 'authority') {
    problems.push({ field: 'restrictionGround', code: 'only-for-authorities' });
  }
  if (!needsPurpose(body.recipient.kind)) {
    if (body.purpose !== undefined || body.channel !== undefined) problems.push({ field: 'purpose', code: 'needs-no-purpose' });
    return { purpose: undefined, problems };
  }
  if (body.purpose === undefined) return { purpose: undefined, problems: [...problems, { field: 'purpose', code: 'missing' }] };
  const purpose = await findPurpose(db, body.purpose);
  const channel = body.channel ?? purpose?.channels[0];
  if (!purpose || purpose.archivedAt || !channel || !purpose.channels.includes(channel)) {
    return { purpose: undefined, problems: [...problems, { field: 'purpose', code: 'unknown-purpose' }] };
  }
  if (body.recipient.kind === 'third-party' && !isNamed(purpose, body.recipient.name)) {
    problems.push({ field: 'recipient.name', code: 'recipient-not-named' });
  }
  return { purpose: { id: purpose.id, version: purpose.version, channel }, problems };
}

function isNamed(purpose: Purpose, name: string): boolean {
  return purpose.recipients.some((one) => one.name.trim().toLowerCase() === name.trim().toLowerCase());
}
