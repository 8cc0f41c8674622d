import { type FieldProblem, invalidFields } from '#platform/app-error.ts';
import { type FieldDefinition, isFillable, mayHoldFor } from '#src/register/field.ts';
import { readFieldValue } from '#src/register/read-field-value.ts';
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
  /** Fields of the company's own, by key; several choices may be a list. */
  readonly fields?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
}

export interface ReadInput {
  readonly facts: ReadonlyMap<string, string | null>;
  readonly points: ReadonlyMap<PointKind, Address | null>;
}

const inputNames: Readonly<Record<FactField, Exclude<keyof ContactInput, 'fields'>>> = {
  given_name: 'givenName',
  family_name: 'familyName',
  company: 'company',
  job_title: 'jobTitle',
  city: 'city',
  note: 'note',
};

/** What a field is called in a request. */
export function inputNameOf(key: string): string {
  return inputNames[key as FactField] ?? (key === 'postal_address' ? 'postalAddress' : key);
}

/**
 * Checks and normalises everything that was typed, against the fields there are.
 *
 * @throws AppError 422 naming every field that cannot be accepted, under `prefix`
 */
export function readContactInput(
  input: ContactInput,
  context: { readonly country: string; readonly fields: readonly FieldDefinition[]; readonly prefix?: string },
): ReadInput {
  const { country, fields, prefix = '' } = context;
  const problems: FieldProblem[] = [];
  const facts = new Map<string, string | null>();
  const refuseIdle = (key: string, name: string) => {
    const field = fields.find((one) => one.key === key);
    if (!field || !isFillable(field)) problems.push({ field: prefix + name, code: 'field-serves-nothing' });
  };
  for (const field of factFields) {
    const typed = input[inputNames[field]];
    if (typed === undefined) continue;
    const read = typed === null ? { value: null } : readFact(field, typed);
    if ('problem' in read) problems.push({ field: prefix + inputNames[field], code: read.problem });
    else {
      facts.set(field, read.value);
      if (read.value !== null) refuseIdle(field, inputNames[field]);
    }
  }
  for (const [key, typed] of Object.entries(input.fields ?? {})) {
    const name = `fields.${key}`;
    const field = fields.find((one) => one.key === key && !one.isStandard);
    if (!field) {
      problems.push({ field: prefix + name, code: 'unknown-field' });
      continue;
    }
    const read = typed === null ? { value: null } : readFieldValue(field, typed, country);
    if ('problem' in read) problems.push({ field: prefix + name, ...read.problem });
    else {
      facts.set(key, read.value);
      if (read.value !== null) refuseIdle(key, name);
    }
  }

  const points = new Map<PointKind, Address | null>();
  const readPoint = (
    kind: PointKind,
    name: 'email' | 'phone' | 'postalAddress',
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
    else {
      points.set(kind, address);
      refuseIdle(kind === 'post' ? 'postal_address' : kind, name);
    }
  };
  readPoint('email', 'email', readEmail);
  readPoint('phone', 'phone', (text) => readPhone(text, country));
  readPoint('post', 'postalAddress', readPostalAddress);

  if (problems.length > 0) throw invalidFields(problems);
  return { facts, points };
}

/**
 * Data of a special category are held only for a purpose that names them and has a condition of Art. 9(2).
 *
 * @throws AppError 422 `special-needs-condition`
 */
export function refuseUnconditioned(
  facts: ReadonlyMap<string, string | null>,
  fields: readonly FieldDefinition[],
  purposeId: string,
  prefix = '',
): void {
  const refused = fields.filter(
    (field) => field.specialCategory !== null && typeof facts.get(field.key) === 'string' && !mayHoldFor(field, purposeId),
  );
  if (refused.length === 0) return;
  throw invalidFields(
    refused.map(({ key, isStandard }) => ({
      field: prefix + (isStandard ? inputNameOf(key) : `fields.${key}`),
      code: 'special-needs-condition',
    })),
  );
}
