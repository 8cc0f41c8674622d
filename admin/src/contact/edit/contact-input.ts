import type { Contact } from '../../api/types.ts';

/** What may be typed about a person, as the API names it. */
export interface ContactDraft {
  givenName: string;
  familyName: string;
  company: string;
  jobTitle: string;
  city: string;
  note: string;
  email: string;
  phone: string;
  postalAddress: string;
  language: string;
  country: string;
  /** Fields of the company's own, by key. */
  fields: Record<string, string>;
}
/** Where it came from, what for and why it may be kept. */
export interface OriginDraft {
  kind: string;
  label: string;
  obtainedFrom: string;
  purpose: string;
  legalBasis: string;
  permissionGround: string;
}

export const dataKeys = ['givenName', 'familyName', 'company', 'jobTitle', 'city', 'note'] as const;
export const reachKeys = ['email', 'phone', 'postalAddress'] as const;

export const emptyOrigin: OriginDraft = {
  kind: 'staff',
  label: '',
  obtainedFrom: 'data-subject',
  purpose: '',
  legalBasis: '',
  permissionGround: '',
};

export const emptyContact = (language: string): ContactDraft => ({
  givenName: '',
  familyName: '',
  company: '',
  jobTitle: '',
  city: '',
  note: '',
  email: '',
  phone: '',
  postalAddress: '',
  language,
  country: 'BG',
  fields: {},
});

const factNames = {
  givenName: 'given_name',
  familyName: 'family_name',
  company: 'company',
  jobTitle: 'job_title',
  city: 'city',
  note: 'note',
} as const;
const pointKinds = { email: 'email', phone: 'phone', postalAddress: 'post' } as const;

export function draftOf(contact: Contact): ContactDraft {
  const draft = { ...emptyContact(contact.language), country: contact.country ?? '' };
  for (const key of dataKeys) {
    draft[key] = contact.facts.find(({ field }) => field === factNames[key] || field === key)?.value ?? '';
  }
  for (const key of reachKeys) {
    draft[key] = contact.points.find(({ kind, isPrimary }) => kind === pointKinds[key] && isPrimary)?.original ?? '';
  }

  const standard: readonly string[] = Object.values(factNames);
  draft.fields = Object.fromEntries(
    contact.facts.filter(({ field }) => !standard.includes(field)).map(({ field, value }) => [field, value]),
  );

  return draft;
}

/** What differs from what is stored; an emptied field is cleared by null. */
export function changesOf(before: ContactDraft, now: ContactDraft): Record<string, unknown> {
  const changed = [...dataKeys, ...reachKeys].filter((key) => before[key].trim() !== now[key].trim());
  const own = Object.keys(now.fields).filter((key) => (before.fields[key] ?? '') !== (now.fields[key] ?? '').trim());
  const fields = Object.fromEntries(own.map((key) => [key, now.fields[key]?.trim() || null]));

  return {
    ...Object.fromEntries(changed.map((key) => [key, now[key].trim() || null])),
    ...(own.length > 0 ? { fields } : {}),
  };
}

/** The typed values alone: empty fields are not sent. */
export function givenOf(draft: ContactDraft): Record<string, unknown> {
  const fields = Object.entries(draft.fields).filter(([, value]) => value.trim() !== '');
  const standard = Object.fromEntries(
    [...dataKeys, ...reachKeys, 'language' as const, 'country' as const].flatMap((key) => {
      const value = draft[key].trim();

      return value === '' ? [] : [[key, value]];
    }),
  );

  return { ...standard, ...(fields.length > 0 ? { fields: Object.fromEntries(fields) } : {}) };
}

/** The account as the API takes it. What was not chosen is not sent: "fill this in" is the clearest refusal. */
export const accountOf = ({ kind, label, obtainedFrom, purpose, legalBasis }: OriginDraft) => ({
  source: { kind, label: label.trim(), obtainedFrom },
  purpose: purpose || undefined,
  legalBasis: legalBasis || undefined,
});
