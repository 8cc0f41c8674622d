import type { Contact } from '../api/types.ts';

/** What a person is called on screen: the name, else the address, else nothing. */
export function contactName(contact: Contact): string | undefined {
  const fact = (field: string) => contact.facts.find((one) => one.field === field)?.value;
  const name = [fact('given_name') ?? fact('givenName'), fact('family_name') ?? fact('familyName')].filter(Boolean).join(' ');

  return name || contact.points.find(({ kind }) => kind === 'email')?.value || undefined;
}
