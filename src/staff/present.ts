import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { languages } from '#src/languages/languages.ts';
import type { StaffMember } from './caller.ts';
import { roles } from './roles.ts';

export const staffMemberShape = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(roles),
    language: z.enum(languages),
    disabledAt: z.iso.datetime().nullable().optional(),
    createdAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'StaffMember' });

export function presentStaffMember(
  member: StaffMember & { disabledAt?: Date | null; createdAt?: Date },
): z.input<typeof staffMemberShape> {
  return {
    id: toPublicId('stf', member.id),
    name: member.name,
    email: member.email,
    role: member.role,
    language: member.language,
    ...(member.disabledAt === undefined ? {} : { disabledAt: member.disabledAt?.toISOString() ?? null }),
    ...(member.createdAt ? { createdAt: member.createdAt.toISOString() } : {}),
  };
}

/** Who did something, by kind, id and (for staff) name. */
export function presentActor(actor: { kind: string; id: string | null }, staffNames: ReadonlyMap<string, string>) {
  return {
    kind: actor.kind,
    id: actor.id && toPublicId(actor.kind === 'api' ? 'key' : 'stf', actor.id),
    name: (actor.id && staffNames.get(actor.id)) ?? null,
  };
}
