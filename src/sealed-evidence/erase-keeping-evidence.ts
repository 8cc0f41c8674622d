import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { type ErasureOutcome, whyNot } from '#src/erasure/erase-contact.ts';
import { type ErasureOfMany, eraseContacts } from '#src/erasure/erase-contacts.ts';
import { decideKeeping, findEvidencePolicy, type KeepingWish } from './policy.ts';
import { type KeptEvidence, sealEvidence } from './seal-evidence.ts';

/** Reasons at which evidence may be kept: there was somebody who could have consented, and who may claim something. */
type KeepingErasure = Omit<ErasureOfMany, 'beforeTheyGo'> & { readonly reason: 'request' | 'staff' | 'retention' };

/**
 * Erases people, and seals what proves their consents where that is necessary and documented (Art. 17(3)(b), (e)): because
 * whoever erases says why, or because the company has decided so beforehand. In every other case nothing is kept. Answers who
 * was erased, and what was kept of whom.
 */
export async function eraseManyKeepingEvidence(
  tx: Transaction,
  keys: Keys,
  contactIds: readonly string[],
  erasure: KeepingErasure,
  wish: KeepingWish,
): Promise<{ erased: readonly string[]; kept: ReadonlyMap<string, KeptEvidence> }> {
  const keeping = decideKeeping(await findEvidencePolicy(tx), wish);
  const kept = new Map<string, KeptEvidence>();
  const erased = await eraseContacts(tx, contactIds, {
    ...erasure,
    async beforeTheyGo(_, present) {
      if (!keeping) return;
      for (const contactId of present) {
        const evidence = await sealEvidence(tx, keys, contactId, keeping);
        if (evidence) kept.set(contactId, evidence);
      }
    },
  });
  return { erased, kept };
}

/** {@link eraseManyKeepingEvidence} of one. */
export async function eraseKeepingEvidence(
  tx: Transaction,
  keys: Keys,
  { contactId, ...erasure }: KeepingErasure & { readonly contactId: string },
  wish: KeepingWish,
): Promise<{ outcome: ErasureOutcome; kept: KeptEvidence | undefined }> {
  const { erased, kept } = await eraseManyKeepingEvidence(tx, keys, [contactId], erasure, wish);
  return {
    outcome: erased.length > 0 ? 'erased' : await whyNot(tx, contactId),
    kept: kept.get(contactId) ?? [...kept.values()][0],
  };
}
