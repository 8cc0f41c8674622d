import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { type Erasure, eraseContact } from '#src/erasure/erase-contact.ts';
import { decideKeeping, findEvidencePolicy, type KeepingWish } from './policy.ts';
import { type KeptEvidence, sealEvidence } from './seal-evidence.ts';

/**
 * Erases a person, and seals what proves their consents where that is necessary and documented (Art. 17(3)(b), (e)): because
 * whoever erases says why, or because the company has decided so beforehand. In every other case nothing is kept.
 */
export async function eraseKeepingEvidence(
  tx: Transaction,
  keys: Keys,
  erasure: Erasure & { readonly reason: 'request' | 'staff' | 'retention' },
  wish: KeepingWish,
): Promise<{ outcome: Awaited<ReturnType<typeof eraseContact>>; kept: KeptEvidence | undefined }> {
  const keeping = decideKeeping(await findEvidencePolicy(tx), wish);
  let kept: KeptEvidence | undefined;
  const outcome = await eraseContact(tx, {
    ...erasure,
    beforeTheyGo: async () => {
      if (keeping) kept = await sealEvidence(tx, keys, erasure.contactId, keeping);
    },
  });
  return { outcome, kept };
}
