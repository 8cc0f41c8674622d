import { type Language, languages, type Texts } from '#src/languages/languages.ts';
import type { FormDefinition } from './form.ts';

export type ChangedElement = 'title' | 'intro' | 'field' | 'box' | 'magnet' | 'submit' | 'sent' | 'mail' | 'done';

/** One thing that is different between two wordings of a form. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Path into the newer definition; of what was removed, into the older one. */
  readonly place: string;
  readonly element: ChangedElement;
  /** Key of the field, or purpose id and channel of the box. */
  readonly name: string | null;
  readonly language: Language | null;
  readonly old: string | null;
  readonly new: string | null;
}

/** What became different from one wording of a form to another: element by element, text by text. */
export function compareVersions(older: FormDefinition, newer: FormDefinition): Change[] {
  return [
    ...compareTexts({ element: 'title', place: 'title', name: null }, older.title, newer.title),
    ...compareTexts({ element: 'intro', place: 'intro', name: null }, older.intro, newer.intro),
    ...compareMagnets(older.magnet, newer.magnet),
    ...compareLists('field', 'fields', older.fields, newer.fields, (field) => field.key, compareFields),
    ...compareLists('box', 'boxes', older.boxes, newer.boxes, (box) => `${box.purpose}:${box.channel}`, compareBoxes),
    ...compareTexts({ element: 'submit', place: 'submit', name: null }, older.submit, newer.submit),
    ...comparePages('sent', older.sent, newer.sent),
    ...compareMails(older.mail, newer.mail),
    ...comparePages('done', older.done, newer.done),
  ];
}

type Subject = Pick<Change, 'element' | 'place' | 'name'>;
type Field = FormDefinition['fields'][number];
type Box = FormDefinition['boxes'][number];

function compareTexts(subject: Subject, older: Texts | undefined, newer: Texts | undefined): Change[] {
  return languages.flatMap((language) => compareValues(subject, older?.[language] ?? null, newer?.[language] ?? null, language));
}

function compareValues(subject: Subject, old: string | null, now: string | null, language: Language | null = null): Change[] {
  if (old === now) return [];
  const kind = old === null ? 'added' : now === null ? 'removed' : 'changed';
  return [{ ...subject, kind, language, old, new: now }];
}

function compareLists<Item>(
  element: 'field' | 'box',
  place: string,
  older: readonly Item[],
  newer: readonly Item[],
  keyOf: (item: Item) => string,
  compare: (subject: Subject, older: Item | undefined, newer: Item | undefined) => Change[],
): Change[] {
  const [was, is] = [identitiesOf(older, keyOf), identitiesOf(newer, keyOf)];
  const kept = is.filter((identity) => was.includes(identity));
  const before = was.filter((identity) => kept.includes(identity));
  return [
    ...newer.flatMap((item, at) => {
      const identity = is[at] ?? '';
      const subject = { element, place: `${place}.${at}`, name: keyOf(item) };
      const oldAt = was.indexOf(identity);
      const isMoved = oldAt >= 0 && before.indexOf(identity) !== kept.indexOf(identity);
      return [
        ...(isMoved ? [{ ...subject, kind: 'moved' as const, language: null, old: String(oldAt + 1), new: String(at + 1) }] : []),
        ...compare(subject, older[oldAt], item),
      ];
    }),
    ...older.flatMap((item, at) =>
      kept.includes(was[at] ?? '') ? [] : compare({ element, place: `${place}.${at}`, name: keyOf(item) }, item, undefined),
    ),
  ];
}

/** Keys that tell apart also what a draft has twice by mistake. */
function identitiesOf<Item>(items: readonly Item[], keyOf: (item: Item) => string): string[] {
  const keys = items.map(keyOf);
  return keys.map((key, at) => `${key} ${keys.slice(0, at).filter((one) => one === key).length}`);
}

function compareFields(subject: Subject, older: Field | undefined, newer: Field | undefined): Change[] {
  const part = (member: string): Subject => ({ ...subject, place: `${subject.place}.${member}` });
  const word = (field: Field | undefined, of: (field: Field) => string | undefined) => (field && of(field)) ?? null;
  const values = [...new Set([...(older?.options ?? []), ...(newer?.options ?? [])].map((option) => option.value))];
  const optionOf = (field: Field | undefined, value: string) => field?.options?.find((option) => option.value === value)?.label;
  return [
    ...compareTexts(part('label'), older?.label, newer?.label),
    ...compareTexts(part('reason'), older?.reason, newer?.reason),
    ...compareValues(
      part('required'),
      word(older, (field) => String(field.required)),
      word(newer, (field) => String(field.required)),
    ),
    ...compareValues(
      part('type'),
      word(older, (field) => field.type),
      word(newer, (field) => field.type),
    ),
    ...compareValues(
      part('sensitive'),
      word(older, (field) => String(field.sensitive ?? false)),
      word(newer, (field) => String(field.sensitive ?? false)),
    ),
    ...values.flatMap((value) => compareTexts(part(`options.${value}`), optionOf(older, value), optionOf(newer, value))),
  ];
}

function compareBoxes(subject: Subject, older: Box | undefined, newer: Box | undefined): Change[] {
  return [
    ...compareTexts({ ...subject, place: `${subject.place}.label` }, older?.label, newer?.label),
    ...compareTexts({ ...subject, place: `${subject.place}.hint` }, older?.hint, newer?.hint),
  ];
}

function compareMagnets(older: FormDefinition['magnet'], newer: FormDefinition['magnet']): Change[] {
  const subject = (member: string): Subject => ({ element: 'magnet', place: `magnet.${member}`, name: null });
  const delivery = (magnet: FormDefinition['magnet']) =>
    magnet ? (magnet.delivery.kind === 'link' ? magnet.delivery.url : magnet.delivery.file) : null;
  return [
    ...compareValues(subject('purpose'), older?.purpose ?? null, newer?.purpose ?? null),
    ...compareTexts(subject('label'), older?.label, newer?.label),
    ...compareTexts(subject('hint'), older?.hint, newer?.hint),
    ...compareValues(subject('delivery'), delivery(older), delivery(newer)),
  ];
}

function comparePages(element: 'sent' | 'done', older: FormDefinition['sent'], newer: FormDefinition['sent']): Change[] {
  return [
    ...compareTexts({ element, place: `${element}.title`, name: null }, older?.title, newer?.title),
    ...compareTexts({ element, place: `${element}.text`, name: null }, older?.text, newer?.text),
  ];
}

function compareMails(older: FormDefinition['mail'], newer: FormDefinition['mail']): Change[] {
  return [
    ...compareTexts({ element: 'mail', place: 'mail.subject', name: null }, older?.subject, newer?.subject),
    ...compareTexts({ element: 'mail', place: 'mail.text', name: null }, older?.text, newer?.text),
  ];
}
