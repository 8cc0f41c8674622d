import { createLinkToken } from '#platform/crypto/link-token.ts';
import type { Services } from '#src/services.ts';

/** Where a person answers one question of ours. Whether it is still open the database says, not the link. */
export function approachAddress(services: Pick<Services, 'keys'>, approachId: string): string {
  return `/answer/${createLinkToken(services.keys, { kind: 'approach', ids: [approachId] })}`;
}
