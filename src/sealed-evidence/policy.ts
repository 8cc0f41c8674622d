import { z } from 'zod';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { type KeepingGround, keepingGrounds, MOST_MONTHS } from './capsule.ts';

/** Whether evidence is kept at an erasure when nobody says so, and why that is necessary. */
export interface EvidencePolicy {
  readonly keepsByDefault: boolean;
  readonly ground: KeepingGround;
  /** Documented reason; there is one whenever evidence is kept by default. */
  readonly necessity: string | null;
  readonly retentionMonths: number;
}

export async function findEvidencePolicy(db: Database): Promise<EvidencePolicy> {
  const row = await db.selectFrom('evidence_policy').selectAll().executeTakeFirstOrThrow();
  return {
    keepsByDefault: row.keeps_by_default,
    ground: row.ground as KeepingGround,
    necessity: row.necessity,
    retentionMonths: row.retention_months,
  };
}

export async function saveEvidencePolicy(tx: Transaction, policy: EvidencePolicy, decidedBy: string): Promise<void> {
  await tx
    .updateTable('evidence_policy')
    .set({
      keeps_by_default: policy.keepsByDefault,
      ground: policy.ground,
      necessity: policy.necessity,
      retention_months: policy.retentionMonths,
      decided_by: decidedBy,
      decided_at: new Date(),
    })
    .execute();
}

const necessity = z.string().trim().min(20).max(2000);

/** Evidence is to be kept: on which ground, for which documented reason, for how long at most. */
export const keepingWish = z.strictObject({
  ground: z.enum(keepingGrounds),
  necessity,
  months: z.int().min(1).max(MOST_MONTHS).optional(),
});

/** What whoever erases a person says about evidence: keep it, for this reason; keep none; or nothing, and the policy decides. */
export type KeepingWish = z.infer<typeof keepingWish> | 'nothing' | undefined;

/** A decision to keep evidence: on which ground, why, for how long. */
export interface Keeping {
  readonly ground: KeepingGround;
  readonly necessity: string;
  readonly months: number;
  readonly decidedBy: 'staff' | 'policy';
}

/** Without a documented reason nothing is kept. The policy's time is the longest: who decides may say less. */
export function decideKeeping(policy: EvidencePolicy, wish: KeepingWish): Keeping | undefined {
  if (wish === 'nothing') return undefined;
  if (wish) {
    const months = Math.min(wish.months ?? policy.retentionMonths, policy.retentionMonths);
    return { ground: wish.ground, necessity: wish.necessity, months, decidedBy: 'staff' };
  }
  return policy.keepsByDefault && policy.necessity !== null
    ? { ground: policy.ground, necessity: policy.necessity, months: policy.retentionMonths, decidedBy: 'policy' }
    : undefined;
}
