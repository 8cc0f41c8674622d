import { z } from 'zod';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { actorOf } from './caller.ts';
import { changeStaffMember, listStaff } from './find-staff.ts';
import { inviteStaffMember } from './invite-staff-member.ts';
import { presentStaffMember, staffMemberShape } from './present.ts';
import { roles } from './roles.ts';
import { staffEmail } from './staff-email.ts';

const policy = { right: 'staff.write', scope: 'none' } as const;

export const staffEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/staff',
    summary: 'Staff members, oldest first',
    policy,
    query: z.strictObject(wholeListQuery),
    reply: listOf(staffMemberShape),
    handle: async ({ db }) => ({ data: (await listStaff(db)).map(presentStaffMember), next: null }),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/staff',
    summary: 'Invite a staff member; the link is in this answer only',
    policy,
    body: z.strictObject({
      email: staffEmail,
      name: z.string().trim().max(200).default(''),
      role: z.enum(roles),
      language: z.enum(languages).default('bg'),
    }),
    reply: z.object({ id: z.string(), email: z.string(), role: z.enum(roles), inviteUrl: z.string() }),
    status: 201,
    answersSecret: true,
    async handle({ services, tx, body, caller, requestId }) {
      const { secret, inviteId } = await inviteStaffMember(tx, { ...body, actor: actorOf(caller), requestId });
      return {
        id: toPublicId('inv', inviteId),
        email: body.email,
        role: body.role,
        inviteUrl: `${services.config.publicUrl}/invite/${secret}`,
      };
    },
  }),
  defineEndpoint({
    method: 'PATCH',
    path: '/staff/:id',
    summary: 'Change a role, or shut someone out; their sessions end',
    policy,
    params: z.object({ id: publicId('stf') }),
    body: z.strictObject({ role: z.enum(roles).optional(), disabled: z.boolean().optional() }),
    reply: staffMemberShape,
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const member = await changeStaffMember(tx, id, body);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'staff.changed',
        subject: { kind: 'staff-member', id },
        detail: { role: member.role, disabled: member.disabledAt !== null },
        requestId,
      });
      return presentStaffMember(member);
    },
  }),
];
