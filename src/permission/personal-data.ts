import { reasons as bg } from '#src/languages/bg/reasons.ts';
import { reasons as en } from '#src/languages/en/reasons.ts';
import type { PersonalData } from '#src/personal-data.ts';
import { permissionsOf } from './permissions-of.ts';

/** Holds no table of its own (the folded state is the ledger's), and tells the person what the gate says today. */
export const permissionData: PersonalData = {
  slice: 'permission',
  tables: {},
  async export(db, contactId, language) {
    const reasons = { bg, en }[language];
    const permissions = await permissionsOf(db, contactId);
    return [
      {
        section: 'permissions',
        items: permissions.map((permission) => ({
          fields: {
            purpose: permission.purpose.name[language],
            channel: permission.channel,
            allowed: permission.allowed,
            reason: reasons[permission.reason],
            since: permission.since?.toISOString() ?? null,
            until: permission.until?.toISOString() ?? null,
          },
        })),
      },
    ];
  },
  erase: async () => {},
};
