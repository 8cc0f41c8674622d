/**
 * The messages Saglasie writes itself. After a crash between the last byte and the server's answer nobody knows whether a
 * message left (RFC 1047): `at-least-once` is sent again under the same Message-ID, `at-most-once` is not.
 */
export const templates = {
  'confirm-consent': { repeat: 'at-least-once' },
  'confirm-for-child': { repeat: 'at-least-once' },
  'requested-information': { repeat: 'at-least-once' },
  'preferences-link': { repeat: 'at-least-once' },
  'subscription-confirmed': { repeat: 'at-most-once' },
  // Asked once: a second question would be the pressure that the law keeps from people.
  'renew-consent': { repeat: 'at-most-once' },
  'ask-again': { repeat: 'at-most-once' },
  'purpose-changed': { repeat: 'at-least-once' },
  'confirm-spoken': { repeat: 'at-least-once' },
  // Out of quarantine, once in a lifetime.
  'ask-permission': { repeat: 'at-most-once' },
  'tell-source': { repeat: 'at-least-once' },
  'consent-recorded': { repeat: 'at-least-once' },
  'change-address': { repeat: 'at-least-once' },
  'confirm-address': { repeat: 'at-least-once' },
} as const;

export type TemplateName = keyof typeof templates;

export function isTemplate(name: string): name is TemplateName {
  return Object.hasOwn(templates, name);
}
