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
} as const;

export type TemplateName = keyof typeof templates;

export function isTemplate(name: string): name is TemplateName {
  return Object.hasOwn(templates, name);
}
