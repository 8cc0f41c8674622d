import { describe, expect, test } from 'vitest';
import { formDefinition } from './form.ts';
import { inspectStructure, type LintPurpose } from './lint/inspect-structure.ts';

const both = (text: string) => ({ bg: text, en: text });
const newsletter = {
  id: '019ab1c0-d3f4-7a0e-8b1c-2d3e4f5a6b7c',
  legalBasis: 'consent',
  channels: ['email'],
  isSystem: false,
  archivedAt: null,
  isMarketing: true,
  isExplicit: false,
  needsAge: false,
  dataCategories: ['email'],
} as const satisfies LintPurpose;
const contextOf = (purpose: LintPurpose) => ({ purposes: [purpose], files: new Set<string>() });
const good = {
  title: both('Title'),
  intro: both('Intro'),
  fields: [{ key: 'email', label: both('E-mail'), reason: both('To write to you'), required: true }],
  boxes: [{ purpose: newsletter.id, channel: 'email', label: both('I consent'), hint: both('Monthly') }],
  submit: both('Send'),
  done: { title: both('Done'), text: both('Thank you') },
};

describe('a form definition', () => {
  test('that is good is accepted', () => {
    expect(formDefinition.safeParse(good).success).toBe(true);
    expect(inspectStructure(formDefinition.parse(good), contextOf(newsletter))).toEqual([]);
  });

  test.each(['default', 'checked', 'ticked', 'value', 'required', 'selected'])('cannot express a box with "%s"', (member) => {
    expect(formDefinition.safeParse({ ...good, boxes: [{ ...good.boxes[0], [member]: true }] }).success).toBe(false);
  });

  test('needs a reason for every field and every text in both languages', () => {
    const { reason: _, ...unreasoned } = good.fields[0] ?? {};
    expect(formDefinition.safeParse({ ...good, fields: [unreasoned] }).success).toBe(false);
    expect(formDefinition.safeParse({ ...good, title: { bg: 'Заглавие' } }).success).toBe(false);
    expect(formDefinition.safeParse({ ...good, title: { bg: 'Заглавие', en: '  ' } }).success).toBe(false);
    expect(formDefinition.safeParse({ ...good, title: { bg: 'Заглавие', en: 'A\u0000B' } }).success).toBe(false);
  });

  test('is refused when consent could not be given or proven by it', () => {
    const find = (change: object, purpose: object = {}) =>
      inspectStructure(formDefinition.parse({ ...good, ...change }), contextOf({ ...newsletter, ...purpose })).map(
        ({ code }) => code,
      );
    expect(find({ fields: [{ ...good.fields[0], required: false }] })).toEqual(['email-needed']);
    expect(find({ boxes: [good.boxes[0], good.boxes[0]] })).toEqual(['box-twice']);
    expect(find({ boxes: [{ ...good.boxes[0], channel: 'phone' }] })).toEqual(['channel-not-declared', 'phone-needed']);
    expect(find({}, { legalBasis: 'contract' })).toEqual(['purpose-without-consent']);
    expect(find({}, { isSystem: true })).toEqual(['purpose-without-consent']);
    expect(find({}, { archivedAt: new Date() })).toEqual(['purpose-unknown']);
    expect(find({ fields: [good.fields[0], good.fields[0]] })).toEqual(['field-twice']);
  });
});
