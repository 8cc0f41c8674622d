import { AppError } from '#platform/app-error.ts';
import { inTransaction } from '#platform/database/connect.ts';
import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { equalKeys, equalNames } from '#src/duplicates/compare-people.ts';
import {
  listSuggestions,
  type Suggestion,
  type SuggestionFilter,
  type SuggestionPosition,
} from '#src/duplicates/list-suggestions.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { chooseSurvivor } from './choose-survivor.ts';
import type { MergeActor } from './merge.ts';
import { mergeContacts } from './merge-contacts.ts';

export const MERGE_MANY = 'merge-many';

/** Below this nobody may unite without looking. */
export const LEAST_FOR_MANY = 80;
const BATCH = 100;

/**
 * What many may be united by at once: an address that is the very same in both, and the same name. Variants of an e-mail
 * address and spellings are hints for people who look.
 */
export function unitedTogether(minScore: number): SuggestionFilter {
  return { minScore: Math.max(minScore, LEAST_FOR_MANY), oneOf: [equalKeys, equalNames] };
}

/** Unites what was foreseen, pair by pair: each in a transaction of its own with the job's progress, and each can be undone. */
export const mergeMany: JobKind<Services, Right> = {
  kind: MERGE_MANY,
  right: 'contacts.merge',
  async run({ db }, job) {
    const minScore = Number(job.parameters.minScore);
    const actor: MergeActor =
      job.requestedBy.kind === 'staff' && job.requestedBy.id
        ? { kind: 'staff', staffId: job.requestedBy.id }
        : job.requestedBy.kind === 'api' && job.requestedBy.id
          ? { kind: 'api', apiKeyId: job.requestedBy.id }
          : { kind: 'system' };
    let after = (job.cursor as SuggestionPosition | null) ?? undefined;
    let { done } = job;
    const counts = { merged: job.counts.merged ?? 0, skipped: job.counts.skipped ?? 0 };
    while (job.mayGoOn()) {
      const { suggestions } = await listSuggestions(db, unitedTogether(minScore), { limit: BATCH, after });
      if (suggestions.length === 0) return 'done';
      for (const suggestion of suggestions) {
        if (!job.mayGoOn()) return 'interrupted';
        const cursor = { score: suggestion.score, one: suggestion.one.id, other: suggestion.other.id };
        const outcome = await mergePair(suggestion);
        if (outcome === 'skipped') {
          counts.skipped += 1;
          await inTransaction(db, (tx) => job.checkpoint(tx, { done: done + 1, cursor, counts }));
        }
        after = cursor;
        done += 1;
      }
    }
    return 'interrupted';

    async function mergePair(suggestion: Suggestion): Promise<'merged' | 'skipped'> {
      const { survivor, absorbed } = chooseSurvivor(suggestion.one, suggestion.other);
      const cursor = { score: suggestion.score, one: suggestion.one.id, other: suggestion.other.id };
      try {
        await inTransaction(db, async (tx) => {
          const { mergeId } = await mergeContacts(tx, { survivorId: survivor.id, absorbedId: absorbed.id, actor, jobId: job.id });
          await recordAudit(tx, {
            actor: actor.kind === 'system' ? { kind: 'system' } : actor,
            action: 'contact.merged',
            subject: { kind: 'contact', id: survivor.id },
            detail: { merge: mergeId, absorbed: absorbed.id, score: suggestion.score },
          });
          await job.checkpoint(tx, { done: done + 1, cursor, counts: { ...counts, merged: counts.merged + 1 } });
        });
      } catch (thrown) {
        // Restricted, or united with a third record a moment ago: nothing of it was done.
        if (thrown instanceof AppError && (thrown.code === 'not-to-be-merged' || thrown.code === 'not-found')) return 'skipped';
        throw thrown;
      }
      counts.merged += 1;
      return 'merged';
    }
  },
};
