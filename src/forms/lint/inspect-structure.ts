import type { Purpose } from '#src/purposes/purpose.ts';
import type { FieldDefinition } from '#src/register/field.ts';
import { type FormDefinition, reservedKeys, standardKeys } from '../form.ts';
import type { Finding, FindingCode } from './finding.ts';

export type LintPurpose = Pick<
  Purpose,
  'id' | 'legalBasis' | 'channels' | 'isSystem' | 'archivedAt' | 'isMarketing' | 'isExplicit' | 'needsAge' | 'dataCategories'
> &
  Partial<Pick<Purpose, 'recipients' | 'explanation' | 'name'>>;

/** What a form is looked at against. */
export interface LintContext {
  readonly purposes: readonly LintPurpose[];
  /** Fields that are described already, archived ones too. */
  readonly fields?: readonly Pick<FieldDefinition, 'key' | 'type' | 'specialCategory' | 'archivedAt'>[] | undefined;
  /** Ids of the files there are. */
  readonly files: ReadonlySet<string>;
  readonly companyName?: string | undefined;
}

/** Boxes somebody can still weigh one by one. */
const MOST_BOXES_TO_READ = 6;
const MANY_FIELDS = 8;

/**
 * What keeps a form from working at all, whoever wrote it: without these no consent could be given or proven by it, and no
 * answer stored. The rules about its words come on top.
 */
export function inspectStructure(form: FormDefinition, context: LintContext): Finding[] {
  return [...inspectFields(form, context), ...inspectBoxes(form, context), ...inspectMagnet(form, context)];
}

/** What is lawful only in the right measure: how much is asked, and whether anything needs it. */
export function inspectMeasure(form: FormDefinition, context: LintContext): Finding[] {
  const findings: Finding[] = [];
  const purposes = [...form.boxes.map((box) => box.purpose), ...(form.magnet ? [form.magnet.purpose] : [])].flatMap(
    (id) => context.purposes.find((purpose) => purpose.id === id) ?? [],
  );
  const needed = new Set(purposes.flatMap((purpose) => purpose.dataCategories));
  const explicit = new Set(purposes.filter((purpose) => purpose.isExplicit).flatMap((purpose) => purpose.dataCategories));
  form.fields.forEach((field, at) => {
    // The address is what everything is confirmed and answered by, and a call needs a number.
    const isChannel = field.key === 'email' || (field.key === 'phone' && form.boxes.some(needsPhone));
    if (!isChannel && !needed.has(field.key)) findings.push(concerning(`fields.${at}`, 'field-unneeded'));
    if (field.sensitive && !explicit.has(field.key))
      findings.push(concerning(`fields.${at}`, 'special-category-without-consent'));
  });
  if (form.fields.length > MANY_FIELDS) findings.push(concerning('fields', 'too-many-fields'));
  if (form.boxes.length > MOST_BOXES_TO_READ) findings.push(concerning('boxes', 'too-many-boxes'));
  return findings;
}

function inspectFields(form: FormDefinition, context: LintContext): Finding[] {
  const findings: Finding[] = [];
  const keys = form.fields.map((field) => field.key);
  // The address is where consent is confirmed: without it nobody could tell who agreed.
  if (!form.fields.find((field) => field.key === 'email')?.required) findings.push(concerning('fields', 'email-needed'));
  form.fields.forEach((field, at) => {
    const place = `fields.${at}`;
    const isStandard = (standardKeys as readonly string[]).includes(field.key);
    const options = field.options ?? [];
    if (keys.indexOf(field.key) !== at) findings.push(concerning(place, 'field-twice'));
    if (reservedKeys.includes(field.key)) findings.push(concerning(`${place}.key`, 'key-reserved'));
    if (isStandard && (field.type || options.length > 0)) findings.push(concerning(place, 'type-not-yours'));
    if (!isStandard && !field.type) findings.push(concerning(`${place}.type`, 'type-needed'));
    if (!isStandard && (field.type === 'choice' ? options.length < 2 : options.length > 0)) {
      findings.push(concerning(`${place}.options`, 'options-needed'));
    }
    const known = context.fields?.find(({ key }) => key === field.key);
    if (known && !isStandard && field.type && known.type !== field.type) findings.push(concerning(place, 'field-of-other-kind'));
    if (known?.archivedAt) findings.push(concerning(place, 'field-archived'));
    if (known?.specialCategory && !field.sensitive) findings.push(concerning(place, 'special-category-unmarked'));
    const isTwice = (of: (option: (typeof options)[number]) => string) => new Set(options.map(of)).size < options.length;
    if (isTwice(({ value }) => value) || isTwice(({ label }) => label.bg) || isTwice(({ label }) => label.en)) {
      findings.push(concerning(`${place}.options`, 'options-twice'));
    }
  });
  return findings;
}

function inspectBoxes(form: FormDefinition, context: LintContext): Finding[] {
  const findings: Finding[] = [];
  form.boxes.forEach((box, at) => {
    const purpose = context.purposes.find(({ id }) => id === box.purpose);
    const place = `boxes.${at}`;
    if (!purpose || purpose.archivedAt) findings.push(concerning(place, 'purpose-unknown'));
    else if (purpose.legalBasis !== 'consent' || purpose.isSystem) findings.push(concerning(place, 'purpose-without-consent'));
    else if (!purpose.channels.includes(box.channel)) findings.push(concerning(place, 'channel-not-declared'));
    const first = form.boxes.findIndex((other) => other.purpose === box.purpose && other.channel === box.channel);
    if (first !== at) findings.push(concerning(place, 'box-twice'));
    if (needsPhone(box) && !form.fields.some((field) => field.key === 'phone')) findings.push(concerning(place, 'phone-needed'));
  });
  if (form.boxes.length === 0 && !form.magnet) findings.push(concerning('boxes', 'nothing-to-do'));
  return findings;
}

function inspectMagnet({ magnet }: FormDefinition, context: LintContext): Finding[] {
  if (!magnet) return [];
  const findings: Finding[] = [];
  const purpose = context.purposes.find(({ id }) => id === magnet.purpose);
  // Its own basis, so that it cannot hang on a consent (Art. 7(4)): the request of the person, Art. 6(1)(b).
  const fits = purpose?.legalBasis === 'contract' && !purpose.isMarketing && purpose.channels.includes('email');
  if (!purpose || purpose.archivedAt || purpose.isSystem || !fits) findings.push(concerning('magnet.purpose', 'magnet-purpose'));
  if (magnet.delivery.kind === 'file' && !context.files.has(magnet.delivery.file)) {
    findings.push(concerning('magnet.delivery', 'magnet-file-missing'));
  }
  return findings;
}

function needsPhone(box: FormDefinition['boxes'][number]): boolean {
  return box.channel === 'sms' || box.channel === 'phone';
}

function concerning(place: string, code: FindingCode): Finding {
  return { code, place, language: null, words: null };
}
