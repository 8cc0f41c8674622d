import type { Services } from '#src/services.ts';
import { findConfirmRate } from './count-steps.ts';

/** Fewer than these say nothing about a form. */
const ENOUGH = 100;
const LOOKED_AT_AGAIN_MS = 30_000;

const known = new WeakMap<Services['db'], Map<string, { at: number; answer: Promise<boolean> }>>();

/**
 * Whether almost nobody who is asked through this form confirms: somebody types strangers' addresses into it, and every
 * message we send for it is one they did not want. Looked at every half minute. Without a mail server nobody can confirm,
 * so it says nothing then.
 */
export async function hasCollapsed(services: Services, formId: string): Promise<boolean> {
  const { confirmFloor, smtpUrl } = services.config;
  if (confirmFloor === 0 || !smtpUrl) return false;
  const forms = known.get(services.db) ?? new Map<string, { at: number; answer: Promise<boolean> }>();
  known.set(services.db, forms);
  const now = performance.now();
  const last = forms.get(formId);
  if (last && now - last.at < LOOKED_AT_AGAIN_MS) return last.answer;
  const answer = findConfirmRate(services.db, formId).then(
    ({ accepted, confirmed }) => accepted >= ENOUGH && confirmed * 100 < accepted * confirmFloor,
  );
  forms.set(formId, { at: now, answer });
  answer.catch(() => forms.delete(formId));
  return answer;
}
