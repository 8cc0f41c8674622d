import { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { countContactsByState } from '#src/contacts/count-by-state.ts';
import { findContactNames } from '#src/contacts/find-contact-names.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { countHeldDeliveries } from '#src/delivery/find-delivery.ts';
import { countDueDuties } from '#src/information-duty/list-duties.ts';
import { languages } from '#src/languages/languages.ts';
import { countConsents } from '#src/ledger/count-consents.ts';
import { listLatestEntries } from '#src/ledger/find-entry.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { findController } from '#src/register/controller.ts';
import type { Caller, StaffMember } from '#src/staff/caller.ts';
import { changeOwnProfile, getStaffMember } from '#src/staff/find-staff.ts';
import { presentStaffMember, staffMemberShape } from '#src/staff/present.ts';
import { rights } from '#src/staff/rights.ts';
import { rightsOf } from '#src/staff/roles.ts';
import { version } from '#src/version.ts';
import { checklistKeys, readChecklist } from './checklist.ts';

const DAYS = 30;

export const homeEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/me',
    summary: 'Who is signed in, and what they may do',
    policy: { right: 'signed-in', scope: 'none' },
    reply: z.object({
      staffMember: staffMemberShape,
      rights: z.array(z.enum(rights)),
      controller: z.object({ name: z.string() }).nullable(),
      version: z.string(),
      mail: z.object({ mode: z.enum(['held', 'smtp']) }),
    }),
    async handle({ services, db, caller }) {
      const member = requireStaff(caller);
      const controller = await findController(db);
      return {
        staffMember: presentStaffMember(member),
        rights: [...rightsOf[member.role]],
        controller: controller ? { name: controller.name } : null,
        version,
        mail: { mode: services.config.smtpUrl ? ('smtp' as const) : ('held' as const) },
      };
    },
  }),

  defineEndpoint({
    method: 'PATCH',
    path: '/me',
    summary: 'Change one’s own name or language',
    policy: { right: 'signed-in', scope: 'none' },
    body: z.strictObject({ name: z.string().trim().min(1).max(200).optional(), language: z.enum(languages).optional() }),
    reply: staffMemberShape,
    async handle({ tx, body, caller }) {
      const { id } = requireStaff(caller);
      await changeOwnProfile(tx, id, body);
      return presentStaffMember(await getStaffMember(tx, id));
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/setup/checklist',
    summary: 'What is still to be set up',
    policy: { right: 'signed-in', scope: 'none' },
    reply: z.array(z.object({ key: z.enum(checklistKeys), done: z.boolean() })),
    handle: ({ services, db }) => readChecklist(db, services.config),
  }),

  defineEndpoint({
    method: 'GET',
    path: '/home',
    summary: 'Figures for the first screen',
    policy: { right: 'contacts.read', scope: 'none' },
    reply: z.object({
      contacts: z.object({ total: z.int(), active: z.int(), quarantined: z.int(), unconfirmed: z.int() }),
      consents: z.object({
        given: z.int(),
        withdrawn: z.int(),
        pending: z.int(),
        trend: z.array(z.object({ day: z.iso.date(), given: z.int(), withdrawn: z.int(), expired: z.int(), refused: z.int() })),
      }),
      heldDeliveries: z.int(),
      /** People who must be told where their data came from: late, and within a week. */
      toTell: z.object({ overdue: z.int(), soon: z.int() }),
      latest: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          occurredAt: moment,
          channel: z.string().nullable(),
          purpose: purposeMentionShape.nullable(),
          contact: z.object({ id: z.string(), name: z.string().nullable() }),
          actor: z.string(),
        }),
      ),
    }),
    async handle({ db }) {
      const controller = await findController(db);
      const timeZone = controller?.timeZone ?? 'Europe/Sofia';
      const to = Temporal.Now.plainDateISO(timeZone);
      const from = to.subtract({ days: DAYS - 1 });
      const [contacts, { periods }, heldDeliveries, latest, purposes, toTell] = await Promise.all([
        countContactsByState(db),
        countConsents(db, { from: from.toString(), to: to.toString(), unit: 'day', timeZone }),
        countHeldDeliveries(db),
        listLatestEntries(db, 10),
        listPurposes(db, { includeArchived: true }),
        countDueDuties(db),
      ]);
      const names = await findContactNames(
        db,
        latest.map((entry) => entry.contactId),
      );
      const trend = periods.map(({ start, given, withdrawn, expired, refused }) => ({
        day: start,
        given,
        withdrawn,
        expired,
        refused,
      }));
      const sum = (of: 'given' | 'withdrawn') => trend.reduce((total, day) => total + day[of], 0);

      return {
        contacts,
        // Who typed an address and has not confirmed it is an unconfirmed contact.
        consents: { given: sum('given'), withdrawn: sum('withdrawn'), pending: contacts.unconfirmed, trend },
        heldDeliveries,
        toTell,
        latest: latest.map((entry) => {
          const purpose = purposes.find(({ id }) => id === entry.purpose?.id);
          return {
            id: toPublicId('led', entry.id),
            kind: entry.kind,
            occurredAt: entry.occurredAt.toISOString(),
            channel: entry.channel ?? null,
            purpose: purpose ? mentionPurpose(purpose) : null,
            contact: { id: toPublicId('con', entry.contactId), name: names.get(entry.contactId) || null },
            actor: entry.actor.kind,
          };
        }),
      };
    },
  }),
];

/** These endpoints take no API key (scope `none`), so whoever got here is staff. */
function requireStaff(caller: Caller): StaffMember {
  if (caller.kind !== 'staff') throw new AppError('not-allowed', { status: 403 });

  return caller.staffMember;
}
