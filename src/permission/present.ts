import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { evidenceGrades } from '#src/consent/grade-evidence.ts';
import { reasons as bg } from '#src/languages/bg/reasons.ts';
import { reasons as en } from '#src/languages/en/reasons.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import { channelShape, mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { legalBases } from '#src/purposes/purpose.ts';
import type { Permission } from './permissions-of.ts';

export const noticeMentionShape = z.object({ slug: z.string(), version: z.int(), language: z.enum(languages), hash: z.string() });

export const permissionShape = z
  .object({
    purpose: purposeMentionShape.extend({ isMarketing: z.boolean(), legalBasis: z.enum(legalBases) }),
    channel: channelShape,
    allowed: z.boolean(),
    reason: z.string(),
    reasonText: z.string(),
    legalBasis: z.string().nullable(),
    permissionGround: z.string().nullable(),
    since: moment.nullable(),
    until: moment.nullable(),
    entryId: z.string().nullable(),
    notice: noticeMentionShape.nullable(),
    evidenceGrade: z.enum(evidenceGrades).nullable(),
  })
  .meta({ id: 'Permission' });

/** A line of the lawfulness passport, in the reader's language. */
export function presentPermission(permission: Permission, language: Language): z.input<typeof permissionShape> {
  const { purpose } = permission;

  return {
    purpose: { ...mentionPurpose(purpose), isMarketing: purpose.isMarketing, legalBasis: purpose.legalBasis },
    channel: permission.channel,
    allowed: permission.allowed,
    reason: permission.reason,
    reasonText: { bg, en }[language][permission.reason],
    legalBasis: permission.legalBasis,
    permissionGround: permission.permissionGround,
    since: isoOrNull(permission.since),
    until: isoOrNull(permission.until),
    entryId: permission.entryId && toPublicId('led', permission.entryId),
    notice: permission.notice,
    evidenceGrade: permission.evidenceGrade,
  };
}
