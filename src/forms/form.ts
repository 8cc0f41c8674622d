import { z } from 'zod';
import { type Language, languages, type Texts } from '#src/languages/languages.ts';

/** Slug of the form behind the preference centre: not hosted at /f/, and not edited by hand. */
export const PREFERENCES_FORM = 'preferences';

/** Days a person has to confirm; then what they typed is deleted. */
export const DAYS_TO_CONFIRM = 7;

const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'control characters');

const texts = (max: number) =>
  z.strictObject({ bg: text(max), en: text(max) } satisfies Record<Language, z.ZodType>) satisfies z.ZodType<Texts>;

/** What a form may ask for. Whatever is not here cannot be collected through a form. */
export const fieldKeys = ['email', 'given_name', 'family_name', 'company', 'phone'] as const;

export type FieldKey = (typeof fieldKeys)[number];

/**
 * A form as its authors write it. A ticked box is not expressible: there is no member for it, and unknown members are
 * refused (Art. 4(11), recital 32). Nor is a field without the reason it is needed for.
 */
export const formDefinition = z.strictObject({
  title: texts(150),
  intro: texts(600),
  fields: z
    .array(z.strictObject({ key: z.enum(fieldKeys), label: texts(80), reason: texts(300), required: z.boolean() }))
    .min(1)
    .max(fieldKeys.length),
  boxes: z
    .array(z.strictObject({ purpose: z.uuid(), channel: z.enum(['email', 'sms', 'phone']), label: texts(400), hint: texts(400) }))
    .min(1)
    .max(12),
  submit: texts(60),
  done: z.strictObject({ title: texts(150), text: texts(600) }),
});

export type FormDefinition = z.infer<typeof formDefinition>;

/** A reason a form may not be published, in words of the field it concerns. */
export interface Finding {
  readonly field: string;
  readonly code:
    | 'email-needed'
    | 'field-twice'
    | 'box-twice'
    | 'purpose-unknown'
    | 'purpose-without-consent'
    | 'channel-not-declared'
    | 'phone-needed';
}

export interface BoxPurpose {
  readonly id: string;
  readonly legalBasis: string;
  readonly channels: readonly string[];
  readonly isSystem: boolean;
  readonly archivedAt: Date | null;
}

/** What stands in the way of publishing; empty when nothing does. */
export function inspectForm(definition: FormDefinition, purposes: readonly BoxPurpose[]): Finding[] {
  const findings: Finding[] = [];
  const keys = definition.fields.map((field) => field.key);
  const email = definition.fields.find((field) => field.key === 'email');
  // The address is where consent is confirmed: without it nobody could tell who agreed.
  if (!email?.required) findings.push({ field: 'fields', code: 'email-needed' });
  definition.fields.forEach((field, at) => {
    if (keys.indexOf(field.key) !== at) findings.push({ field: `fields.${at}`, code: 'field-twice' });
  });

  definition.boxes.forEach((box, at) => {
    const purpose = purposes.find(({ id }) => id === box.purpose);
    const field = `boxes.${at}`;
    if (!purpose || purpose.archivedAt) findings.push({ field, code: 'purpose-unknown' });
    else if (purpose.legalBasis !== 'consent' || purpose.isSystem) findings.push({ field, code: 'purpose-without-consent' });
    else if (!purpose.channels.includes(box.channel)) findings.push({ field, code: 'channel-not-declared' });
    const first = definition.boxes.findIndex((other) => other.purpose === box.purpose && other.channel === box.channel);
    if (first !== at) findings.push({ field, code: 'box-twice' });
    if (box.channel !== 'email' && !keys.includes('phone')) findings.push({ field, code: 'phone-needed' });
  });
  return findings;
}

/** One box as it stood on the page. */
export interface ShownBox {
  /** Value the box posts: `newsletter:email`. */
  readonly value: string;
  readonly purposeId: string;
  readonly purposeVersion: number;
  readonly purposeName: string;
  readonly channel: string;
  readonly label: string;
  readonly hint: string;
}

/** Everything a person is shown by one version of a form in one language. The page prints these strings and no others. */
export interface ShownForm {
  readonly title: string;
  readonly intro: string;
  readonly fields: readonly { key: FieldKey; label: string; reason: string; required: boolean }[];
  /** Stands after the label of what may be left empty. */
  readonly optional: string;
  readonly legend: string;
  readonly legendHint: string;
  readonly boxes: readonly ShownBox[];
  readonly noticeHeading: string;
  readonly notice: readonly string[];
  readonly moreHeading: string;
  readonly more: readonly string[];
  readonly submit: string;
}

/**
 * The canonical text of what was shown: the bytes that are hashed, kept and shown again years later. Changing a character
 * of this function changes the hash of every form published from then on, never of those before.
 */
export function canonicalText(shown: ShownForm): string {
  const lines = [
    shown.title,
    shown.intro,
    '',
    ...shown.fields.map((field) => `${labelOf(shown, field)}: ${field.reason}`),
    '',
    shown.legend,
    shown.legendHint,
    ...shown.boxes.flatMap((box) => [`[ ] ${box.label}`, `    ${box.hint}`]),
    '',
    shown.noticeHeading,
    ...shown.notice.map((line) => `- ${line}`),
    '',
    shown.moreHeading,
    ...shown.more.map((line) => `- ${line}`),
    '',
    `( ${shown.submit} )`,
  ];
  return `${lines.join('\n').normalize('NFC')}\n`;
}

/** The label of a field as it is printed: „Име (по избор)“. */
export function labelOf(shown: ShownForm, field: ShownForm['fields'][number]): string {
  return field.required ? field.label : `${field.label} (${shown.optional})`;
}

export type ShownTexts = { readonly [L in Language]: ShownForm };

/** What the column `form_version.definition` holds: what the authors wrote, and what it became on the page. */
export interface StoredVersion {
  readonly definition: FormDefinition;
  readonly shown: ShownTexts;
}

export const inEveryLanguage = <T>(make: (language: Language) => T): { [L in Language]: T } =>
  Object.fromEntries(languages.map((language) => [language, make(language)])) as { [L in Language]: T };
