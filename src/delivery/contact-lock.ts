import { type RawBuilder, sql } from 'kysely';

/**
 * The advisory lock of a contact. Whoever hands a message over holds it shared until the mail server has answered; whoever
 * has just recorded a withdrawal, or is erasing, takes it exclusively once: after that nothing older is under way.
 */
export function contactLock(contactId: string): RawBuilder<unknown> {
  return sql`hashtextextended(${`contact ${contactId}`}, 0)`;
}
