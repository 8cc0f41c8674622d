import { companyKey, foldName, nameKey, romanize } from './fold-name.ts';

/** What two records are compared by. */
export interface ComparedPerson {
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly company: string | null;
  /** Match keys of the addresses. */
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly posts: readonly string[];
}

/** Why two records may be of one person, each a sentence in the dictionaries. */
export const likenesses = [
  'same-phone',
  'same-post',
  'same-name',
  'name-in-other-letters',
  'name-spelled-otherwise',
  'same-company',
  'email-variant',
  'same-mailbox-elsewhere',
  'other-name',
] as const;
export type Likeness = (typeof likenesses)[number];

/**
 * What each is worth. Together they are at most 100; below {@link LEAST_SCORE} nobody is troubled. A telephone is shared by
 * a family, a name by strangers, and a mailbox with dots may be somebody else's: none of them is enough to unite by itself.
 */
export const worth: Readonly<Record<Likeness, number>> = {
  'same-phone': 55,
  'same-post': 25,
  'same-name': 30,
  'name-in-other-letters': 30,
  'name-spelled-otherwise': 22,
  'same-company': 25,
  'email-variant': 45,
  'same-mailbox-elsewhere': 20,
  'other-name': -30,
};

export const LEAST_SCORE = 45;

/** An address that is the very same in both: only such pairs may be united many at a time, and never on a variant's word. */
export const equalKeys: readonly Likeness[] = ['same-phone', 'same-post'];
export const equalNames: readonly Likeness[] = ['same-name', 'name-in-other-letters'];

export function comparePeople(one: ComparedPerson, other: ComparedPerson): { score: number; reasons: Likeness[] } {
  const reasons: Likeness[] = [];
  if (meets(one.phones, other.phones)) reasons.push('same-phone');
  if (meets(one.posts, other.posts)) reasons.push('same-post');
  const name = compareNames(one, other);
  if (name) reasons.push(name);
  const company = companyKey(one.company);
  if (company !== '' && company === companyKey(other.company)) reasons.push('same-company');
  if (meets(one.emails.map(mailboxKey), other.emails.map(mailboxKey))) reasons.push('email-variant');
  else if (meets(one.emails.flatMap(ownLocalPart), other.emails.flatMap(ownLocalPart))) reasons.push('same-mailbox-elsewhere');
  const score = reasons.reduce((sum, reason) => sum + worth[reason], 0);
  return { score: Math.max(0, Math.min(100, score)), reasons };
}

function compareNames(one: ComparedPerson, other: ComparedPerson): Likeness | undefined {
  const [mine, theirs] = [partsOf(one), partsOf(other)];
  if (mine.length === 0 || theirs.length === 0) return undefined;
  const isWhole = mine.length > 1 && theirs.length > 1;
  const typed = (parts: readonly string[]) => parts.join(' ').normalize('NFC').toLowerCase().split(/\s+/).toSorted().join(' ');
  if (nameKey(mine) === nameKey(theirs)) {
    // A given name alone is half of Bulgaria's.
    if (!isWhole) return undefined;
    if (typed(mine) === typed(theirs)) return 'same-name';
    return nameKey(mine, romanize) === nameKey(theirs, romanize) ? 'name-in-other-letters' : 'name-spelled-otherwise';
  }
  const given = [one.givenName, other.givenName].map((part) => part && foldName(part));
  return isWhole || (given[0] && given[1] && given[0] !== given[1]) ? 'other-name' : undefined;
}

function partsOf({ givenName, familyName }: ComparedPerson): string[] {
  return [givenName, familyName].flatMap((part) => (part?.trim() ? [part.trim()] : []));
}

function meets(one: readonly string[], other: readonly string[]): boolean {
  return one.some((value) => other.includes(value));
}

/** The same mailbox at most providers: dots and what follows a plus are left out. A hint for people; never proof. */
export function mailboxKey(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  return `${squeeze(email.slice(0, at))}@${domain === 'googlemail.com' ? 'gmail.com' : domain}`;
}

const shared = new Set([
  'info',
  'office',
  'sales',
  'contact',
  'admin',
  'support',
  'hello',
  'mail',
  'marketing',
  'reception',
  'hr',
]);

/** The part before the sign where it says who it is: a short one, or a company's, says nothing at another provider. */
export function ownLocalPart(email: string): string[] {
  const local = squeeze(email.slice(0, email.lastIndexOf('@')));
  return local.length < 6 || shared.has(local) ? [] : [local];
}

function squeeze(local: string): string {
  return (local.split('+')[0] ?? '').replaceAll('.', '') || local;
}
