import type { Texts } from '#src/languages/languages.ts';
import type { FormDefinition } from '../form.ts';

/** What a text of a form is for: rules differ in which of them they read. */
export type Role =
  | 'title'
  | 'intro'
  | 'field-label'
  | 'field-reason'
  | 'option'
  | 'box-label'
  | 'box-hint'
  | 'magnet-label'
  | 'magnet-hint'
  | 'submit'
  | 'page-title'
  | 'page-text'
  | 'mail-subject'
  | 'mail-text';

/** One text of a form in all languages, and where it stands. */
export interface Passage {
  readonly role: Role;
  /** Path into the definition. */
  readonly place: string;
  readonly texts: Texts;
  /** Index of the box it belongs to. */
  readonly box?: number;
}

/** Every text of a form, in the order people meet them. */
export function passagesOf(form: FormDefinition): Passage[] {
  return [
    { role: 'title', place: 'title', texts: form.title },
    { role: 'intro', place: 'intro', texts: form.intro },
    ...(form.magnet
      ? [
          { role: 'magnet-label' as const, place: 'magnet.label', texts: form.magnet.label },
          { role: 'magnet-hint' as const, place: 'magnet.hint', texts: form.magnet.hint },
        ]
      : []),
    ...form.fields.flatMap((field, at): Passage[] => [
      { role: 'field-label', place: `fields.${at}.label`, texts: field.label },
      { role: 'field-reason', place: `fields.${at}.reason`, texts: field.reason },
      ...(field.options ?? []).map(
        (option, index): Passage => ({ role: 'option', place: `fields.${at}.options.${index}.label`, texts: option.label }),
      ),
    ]),
    ...form.boxes.flatMap((box, at): Passage[] => [
      { role: 'box-label', place: `boxes.${at}.label`, texts: box.label, box: at },
      { role: 'box-hint', place: `boxes.${at}.hint`, texts: box.hint, box: at },
    ]),
    { role: 'submit', place: 'submit', texts: form.submit },
    ...(form.sent ? pageOf('sent', form.sent) : []),
    ...(form.mail
      ? [
          { role: 'mail-subject' as const, place: 'mail.subject', texts: form.mail.subject },
          { role: 'mail-text' as const, place: 'mail.text', texts: form.mail.text },
        ]
      : []),
    ...pageOf('done', form.done),
  ];
}

function pageOf(place: string, page: { readonly title: Texts; readonly text: Texts }): Passage[] {
  return [
    { role: 'page-title', place: `${place}.title`, texts: page.title },
    { role: 'page-text', place: `${place}.text`, texts: page.text },
  ];
}
