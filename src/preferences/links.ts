import { createLinkToken } from '#platform/crypto/link-token.ts';
import type { Services } from '#src/services.ts';

/** Pages a mailed link leads to. None of them needs a login, and none of them gives anything to whoever holds the link. */

/** Where a person sees and changes what they receive. */
export function preferencesAddress(services: Pick<Services, 'keys'>, contactId: string): string {
  return `/p/${createLinkToken(services.keys, { kind: 'preferences', ids: [contactId] })}`;
}

/** Where they end one purpose on e-mail. Works for good, after erasure too. */
export function unsubscribeAddress(services: Pick<Services, 'keys'>, about: { contactId: string; purposeId: string }): string {
  return `/u/${createLinkToken(services.keys, { kind: 'unsubscribe', ids: [about.contactId, about.purposeId] })}`;
}

/** Why they got this very message. */
export function whyAddress(services: Pick<Services, 'keys'>, deliveryId: string): string {
  return `/why/${createLinkToken(services.keys, { kind: 'why', ids: [deliveryId] })}`;
}

/** Where somebody says that a new address is theirs. */
export function addressConfirmation(services: Pick<Services, 'keys'>, pointId: string): string {
  return `/address/${createLinkToken(services.keys, { kind: 'address', ids: [pointId] })}`;
}

/** Where somebody who was just written to at their old address gives a new one. For half an hour: a link gets forwarded. */
export function newAddressPage(services: Pick<Services, 'keys' | 'now'>, contactId: string): string {
  const expiresAt = new Date(services.now().getTime() + 30 * 60_000);
  return `/new-address/${createLinkToken(services.keys, { kind: 'new-address', ids: [contactId], expiresAt })}`;
}
