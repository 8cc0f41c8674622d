import { z } from 'zod';
import { type Language, languages } from '#src/languages/languages.ts';

/** Slug of the form behind the preference centre: not hosted at /f/, and not edited by hand. */
export const PREFERENCES_FORM = 'preferences';

/** Days a person has to confirm; then what they typed is deleted. */
export const DAYS_TO_CONFIRM = 7;

/** What every installation knows how to ask for. */
export const standardKeys = ['email', 'given_name', 'family_name', 'company', 'job_title', 'city', 'phone'] as const;

export type StandardKey = (typeof standardKeys)[number];

/** The key of a field: a standard one, or one the authors made up. Facts are kept under it. */
export type FieldKey = string;

/** Kinds of questions authors may make up themselves. */
export const customTypes = ['text', 'long-text', 'choice', 'date', 'number', 'yes-no', 'email', 'phone', 'url'] as const;

export type CustomType = (typeof customTypes)[number];

/** Names a form uses for itself, or gives another meaning to. */
export const reservedKeys: readonly string[] = [
  ...['consent', 'website', 'age', 'parent_email', 'parent_name', 'answer', 'lang', 'language', 'name', 'note'],
  ...['state', 'country', 'id', 'status', 'form', 'version', 'boxes', 'evidence', 'sent_at', 'expires_at', 'settled_at'],
];

/** What a box may be about; `none` is use inside the company, such as measuring what is read. */
export const boxChannels = ['email', 'sms', 'phone', 'none'] as const;

const MOST_FIELDS = 20;
const MOST_BOXES = 12;
const MOST_OPTIONS = 50;

const anyText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'control characters');
const filledText = (max: number) => anyText(max).min(1);

/**
 * Everything a form consists of, with its texts either all there (what is published) or perhaps still empty (a draft).
 * A ticked box is not expressible: there is no member for it, and unknown members are refused (Art. 4(11), recital 32).
 * Nor is a box that must be ticked, a field without its reason, or a thing that is sent only to whoever consents.
 */
export function definitionMembers<Id extends z.ZodType<string>, File extends z.ZodType<string>>(
  text: (max: number) => z.ZodString,
  ids: { readonly purpose: Id; readonly file: File },
) {
  const texts = (max: number) => z.strictObject({ bg: text(max), en: text(max) } satisfies Record<Language, z.ZodType>);
  return {
    title: texts(150),
    intro: texts(600),
    fields: z
      .array(
        z.strictObject({
          key: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/),
          /** Only of fields the authors made up; what a standard one holds is known. */
          type: z.enum(customTypes).optional(),
          label: texts(80),
          reason: texts(300),
          required: z.boolean(),
          options: z
            .array(z.strictObject({ value: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/), label: texts(120) }))
            .max(MOST_OPTIONS)
            .optional(),
          /** The answer is of a special category (Art. 9): kept only with an explicit consent. */
          sensitive: z.boolean().optional(),
        }),
      )
      .max(MOST_FIELDS),
    boxes: z
      .array(z.strictObject({ purpose: ids.purpose, channel: z.enum(boxChannels), label: texts(400), hint: texts(400) }))
      .max(MOST_BOXES),
    /** What a person gets for filling in the form. It rests on their request, never on a box. */
    magnet: z
      .strictObject({
        purpose: ids.purpose,
        label: texts(200),
        hint: texts(400),
        delivery: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('link'), url: z.url({ protocol: /^https$/ }).max(2000) }),
          z.strictObject({ kind: z.literal('file'), file: ids.file }),
        ]),
      })
      .nullish(),
    submit: texts(60),
    /** The page after sending; what it must say in any case stands there too. */
    sent: z.strictObject({ title: texts(150), text: texts(600) }).nullish(),
    /** Subject and first words of the message that asks for confirmation. */
    mail: z.strictObject({ subject: texts(120), text: texts(600) }).nullish(),
    /** The page after confirming. */
    done: z.strictObject({ title: texts(150), text: texts(600) }),
  };
}

/** A form that can be published, as far as its shape tells. */
export const formDefinition = z.strictObject(definitionMembers(filledText, { purpose: z.uuid(), file: z.uuid() }));

export type FormDefinition = z.infer<typeof formDefinition>;

/** A form being written: texts may be missing, and whatever is wrong with them is told as findings. */
export const draftText = anyText;
export const publishedText = filledText;

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
  /** Stands apart from the messages: whether what one reads may be recorded is a question of its own. */
  readonly isMeasurement?: boolean;
  /** Agreeing to it is explicit consent (Art. 9(2)(a)); the keys of the sensitive fields it is needed for. */
  readonly opens?: readonly string[];
}

/** One field as it stood on the page. */
export interface ShownField {
  readonly key: FieldKey;
  readonly label: string;
  readonly reason: string;
  readonly required: boolean;
  readonly type?: CustomType;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly sensitive?: boolean;
}

/** Everything a person is shown by one version of a form in one language. The page prints these strings and no others. */
export interface ShownForm {
  readonly title: string;
  readonly intro: string;
  readonly fields: readonly ShownField[];
  /** What is sent to whoever asks for it by this form, with or without a box. */
  readonly magnet?: {
    readonly purposeId: string;
    readonly purposeVersion: number;
    readonly purposeName: string;
    readonly heading: string;
    readonly label: string;
    readonly hint: string;
  };
  /** Asked where a purpose needs it: old enough or not, never the date of birth. */
  readonly age?: {
    readonly years: number;
    readonly question: string;
    readonly reason: string;
    readonly older: string;
    readonly younger: string;
  };
  readonly yes?: string;
  readonly no?: string;
  /** Stands after the label of what may be left empty. */
  readonly optional: string;
  readonly legend: string;
  readonly legendHint: string;
  readonly boxes: readonly ShownBox[];
  readonly measurementLegend?: string;
  readonly measurementHint?: string;
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
  const boxLines = (boxes: readonly ShownBox[]) => boxes.flatMap((box) => [`[ ] ${box.label}`, `    ${box.hint}`]);
  const messages = shown.boxes.filter((box) => !box.isMeasurement);
  const measurement = shown.boxes.filter((box) => box.isMeasurement);
  const lines = [
    shown.title,
    shown.intro,
    '',
    ...(shown.magnet ? [shown.magnet.heading, shown.magnet.label, shown.magnet.hint, ''] : []),
    ...shown.fields.flatMap((field) => [
      `${labelOf(shown, field)}: ${field.reason}`,
      ...choicesOf(shown, field).map((choice) => `    ( ) ${choice.label}`),
    ]),
    '',
    ...(shown.age
      ? [`${shown.age.question} ${shown.age.reason}`, `    ( ) ${shown.age.older}`, `    ( ) ${shown.age.younger}`, '']
      : []),
    ...(messages.length > 0 ? [shown.legend, shown.legendHint, ...boxLines(messages), ''] : []),
    ...(measurement.length > 0 ? [shown.measurementLegend ?? '', shown.measurementHint ?? '', ...boxLines(measurement), ''] : []),
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

/** What a field may be answered with, when that is not free. */
export function choicesOf(shown: ShownForm, field: ShownField): readonly { readonly value: string; readonly label: string }[] {
  if (field.type === 'yes-no') {
    return [
      { value: 'yes', label: shown.yes ?? 'yes' },
      { value: 'no', label: shown.no ?? 'no' },
    ];
  }
  return field.type === 'choice' ? (field.options ?? []) : [];
}

/** The label of a field as it is printed: „Име (по избор)“. */
export function labelOf(shown: ShownForm, field: ShownForm['fields'][number]): string {
  return field.required ? field.label : `${field.label} (${shown.optional})`;
}

export type ShownTexts = { readonly [L in Language]: ShownForm };

/** What the column `form_version.definition` holds: what the authors wrote, and what it became on the page. */
export interface StoredVersion {
  /** How `definition` and `shown` are to be read; absent in the first versions, which have neither magnet nor age. */
  readonly format?: 2;
  readonly definition: FormDefinition;
  readonly shown: ShownTexts;
}

export const inEveryLanguage = <T>(make: (language: Language) => T): { [L in Language]: T } =>
  Object.fromEntries(languages.map((language) => [language, make(language)])) as { [L in Language]: T };
