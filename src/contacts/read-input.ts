import { type FieldProblem, invalidFields } from '#platform/app-error.ts';
import { type Address, type AddressProblem, type PointKind, readEmail, readPhone, readPostalAddress } from './addresses.ts';
import { type FactField, factFields, readFact } from './contact.ts';

/** What may be typed about a person; null clears, undefined leaves as it is. */
export interface ContactInput {
  readonly givenName?: string | null | undefined;
  readonly familyName?: string | null | undefined;
  readonly company?: string | null | undefined;
  readonly jobTitle?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly postalAddress?: string | null | undefined;
}

export interface ReadInput {
  readonly facts: ReadonlyMap<FactField, string | null>;
  readonly points: ReadonlyMap<PointKind, Address | null>;
}

const inputNames: Readonly<Record<FactField, keyof ContactInput>> = {
  given_name: 'givenName',
  family_name: 'familyName',
  company: 'company',
  job_title: 'jobTitle',
  city: 'city',
  note: 'note',
};

/**
 * Checks and normalises everything that was typed.
 *
 * @throws AppError 422 naming every field that cannot be accepted, under `prefix`
 */
export function readContactInput(input: ContactInput, country: string, prefix = ''): ReadInput {
  const problems: FieldProblem[] = [];
  const facts = new Map<FactField, string | null>();
  for (const field of factFields) {
    const typed = input[inputNames[field]];
    if (typed === undefined) continue;
    const read = typed === null ? { value: null } : readFact(field, typed);
    if ('problem' in read) problems.push({ field: prefix + inputNames[field], code: read.problem });
    else facts.set(field, read.value);
  }

  const points = new Map<PointKind, Address | null>();
  const readPoint = (
    kind: PointKind,
    name: keyof ContactInput,
    read: (text: string) => Address | { problem: AddressProblem },
  ) => {
    const typed = input[name];
    if (typed === undefined) return;
    if (typed === null || typed.trim() === '') {
      points.set(kind, null);
      return;
    }
    const address = read(typed);
    if ('problem' in address) problems.push({ field: prefix + name, code: address.problem });
    else points.set(kind, address);
  };
  readPoint('email', 'email', readEmail);
  readPoint('phone', 'phone', (text) => readPhone(text, country));
  readPoint('post', 'postalAddress', readPostalAddress);

  if (problems.length > 0) throw invalidFields(problems);
  return { facts, points };
}
