import { createLinkToken } from '#platform/crypto/link-token.ts';
import type { Services } from '#src/services.ts';

/** Where a person sees and keeps the receipt of one entry. For good: after erasure it says that it was erased. */
export function receiptAddress(services: Pick<Services, 'keys'>, entryId: string): string {
  return `/receipts/${createLinkToken(services.keys, { kind: 'receipt', ids: [entryId] })}`;
}
