import { createHash } from 'node:crypto';
import { type ComparedPerson, mailboxKey, ownLocalPart } from './compare-people.ts';
import { companyKey, nameKey } from './fold-name.ts';

/**
 * What a person is found by: whoever shares one of these is compared. Hashes, because a table of a million spelled-out names
 * and addresses would be a second address book; a collision costs one comparison.
 */
export function matchKeys(person: ComparedPerson): string[] {
  const name = nameKey([person.givenName, person.familyName]);
  const isWhole = name.includes(' ');
  const company = companyKey(person.company);
  const keys = [
    ...person.phones.map((phone) => `phone ${phone}`),
    ...person.posts.filter(() => isWhole).map((post) => `post ${post} ${name}`),
    ...(isWhole && company ? [`work ${name} at ${company}`] : []),
    ...person.emails.map((email) => `mailbox ${mailboxKey(email)}`),
    ...(isWhole ? person.emails.flatMap(ownLocalPart).map((local) => `local ${local} ${name}`) : []),
  ];
  return [...new Set(keys.map(hash))];
}

function hash(key: string): string {
  return createHash('sha1').update(key).digest().readBigInt64BE(0).toString();
}
