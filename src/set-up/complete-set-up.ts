import type { Transaction } from '#platform/database/connect.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { ensureStarterForm } from '#src/forms/ensure-starter-form.ts';
import { ensureStarterPurposes } from '#src/purposes/ensure-starter-purposes.ts';
import { type Controller, saveController } from '#src/register/controller.ts';
import { addStaffMember, type NewStaffMember } from '#src/staff/add-staff-member.ts';
import { closeSetUp } from './set-up-token.ts';

export interface SetUp {
  readonly how: { token: string } | 'unattended';
  readonly controller: Controller;
  readonly owner: Omit<NewStaffMember, 'role'>;
  readonly requestId?: string;
}

/** Makes the first owner, the controller's details, the starter purposes and the first form; once, and all or nothing. */
export async function completeSetUp(tx: Transaction, setUp: SetUp): Promise<'done' | 'closed'> {
  if (!(await closeSetUp(tx, setUp.how))) return 'closed';
  await saveController(tx, setUp.controller);
  const staffId = await addStaffMember(tx, { ...setUp.owner, role: 'owner' });
  if (!staffId) throw new Error('set-up is open although there is a member with the address of the first owner');
  await ensureStarterPurposes(tx);
  await ensureStarterForm(tx);
  await recordAudit(tx, {
    actor: { kind: 'staff', staffId },
    action: 'setup.completed',
    subject: { kind: 'staff-member', id: staffId },
    detail: { unattended: setUp.how === 'unattended' },
    ...(setUp.requestId ? { requestId: setUp.requestId } : {}),
  });

  return 'done';
}
