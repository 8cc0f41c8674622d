import { z } from 'zod';
import type { Texts } from '#src/languages/languages.ts';
import { roles } from '#src/staff/roles.ts';

/** What a field can hold. Several choices are kept as their short names with commas between, in the order of the options. */
export const fieldTypes = [
  'text',
  'long-text',
  'number',
  'date',
  'yes-no',
  'choice',
  'several-choices',
  'email',
  'phone',
  'url',
] as const;
export type FieldType = (typeof fieldTypes)[number];

/** Categories of personal data, as the register names them (Art. 30(1)(c)). */
export const dataCategories = [
  'identity',
  'contact',
  'professional',
  'demographic',
  'preferences',
  'contract',
  'financial',
  'communication',
  'behaviour',
  'other',
] as const;

/** Art. 9(1), and offences (Art. 10); fields that forms brought before the kind was asked for are `not-specified`. */
export const specialCategories = [
  'ethnic-origin',
  'political-opinions',
  'beliefs',
  'trade-union',
  'genetic',
  'biometric',
  'health',
  'sex-life',
  'offences',
  'not-specified',
] as const;

/** Whose word counts when two disagree (Art. 5(1)(d)). */
export const sourcesOfTruth = ['person', 'staff', 'import', 'other-system'] as const;

/** Who may see a field: roles of staff, and `api` for programs. */
export const readers = [...roles, 'api'] as const;
export type Reader = (typeof readers)[number];

/** They answer for the data, and give people their copies: nothing is hidden from them. */
export const alwaysReads = ['owner', 'dpo'] as const satisfies readonly Reader[];

/** People are found and recognised by these, so everybody sees them. */
export const openToAll: readonly string[] = ['given_name', 'family_name', 'company', 'email', 'phone', 'postal_address'];

export interface FieldOption {
  readonly value: string;
  readonly label: Texts;
}

/** A field and everything that must be known of it before anybody may fill it in. */
export interface FieldDefinition {
  readonly key: string;
  readonly label: Texts;
  readonly type: FieldType;
  readonly options: readonly FieldOption[];
  readonly dataCategory: (typeof dataCategories)[number];
  readonly specialCategory: (typeof specialCategories)[number] | null;
  readonly sourceOfTruth: (typeof sourcesOfTruth)[number];
  readonly visibleTo: readonly Reader[];
  readonly isStandard: boolean;
  readonly archivedAt: Date | null;
  /** Purposes in use that it serves, and whether it may be held for them: what Art. 9 protects needs a condition of Art. 9(2). */
  readonly purposes: readonly { readonly id: string; readonly slug: string; readonly name: Texts; readonly mayHold: boolean }[];
}

const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'forbidden-characters');
const texts = (longest: number) => z.strictObject({ bg: text(longest), en: text(longest) });

export const fieldKey = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/);

const options = z
  .array(z.strictObject({ value: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/), label: texts(120) }))
  .max(200)
  .refine((all) => new Set(all.map(({ value }) => value)).size === all.length, { error: 'given-twice' });

/** What can be changed about a field. */
export const fieldTerms = {
  label: texts(80),
  options: options.default([]),
  dataCategory: z.enum(dataCategories),
  specialCategory: z.enum(specialCategories).nullable().default(null),
  sourceOfTruth: z.enum(sourcesOfTruth),
  visibleTo: z
    .array(z.enum(readers))
    .default([...readers])
    .refine((all) => alwaysReads.every((reader) => all.includes(reader)), { error: 'owner-and-dpo-see-all' }),
};
export type FieldTerms = Pick<
  FieldDefinition,
  'label' | 'options' | 'dataCategory' | 'specialCategory' | 'sourceOfTruth' | 'visibleTo'
>;

export function hasOptions(type: FieldType): boolean {
  return type === 'choice' || type === 'several-choices';
}

/** Whether anybody may fill it in; the database refuses what this denies. */
export function isFillable(field: FieldDefinition): boolean {
  return field.archivedAt === null && field.purposes.some(({ mayHold }) => mayHold);
}

/** Whether it may be held for this purpose. */
export function mayHoldFor(field: FieldDefinition, purposeId: string): boolean {
  return field.specialCategory === null
    ? isFillable(field)
    : field.archivedAt === null && field.purposes.some(({ id, mayHold }) => id === purposeId && mayHold);
}
