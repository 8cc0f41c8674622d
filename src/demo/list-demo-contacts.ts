import type { Database } from '#platform/database/connect.ts';
import { listContacts } from '#src/contacts/list-contacts.ts';
import { isDemoAddress } from './demo-people.ts';

/** Ids of everyone of the demo. */
export async function listDemoContacts(db: Database): Promise<string[]> {
  const ids: string[] = [];
  let after: { value: string; id: string } | undefined;
  do {
    const page = await listContacts(db, { search: '.demo.example.' }, { sort: 'created', limit: 100, after });
    ids.push(...page.contacts.filter((contact) => isDemoAddress(contact.email)).map((contact) => contact.id));
    after = page.next ?? undefined;
  } while (after);
  return ids;
}
