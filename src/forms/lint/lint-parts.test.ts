import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDatabase } from '#test/support/database.ts';
import { changed, type FormSite, openFormSite } from '#test/support/form-site.ts';
import { type FindingCode, findingCodes } from './finding.ts';

const database = useDatabase();
let site: FormSite;
let formId: string;
beforeAll(async () => {
  site = await openFormSite(database);
  formId = await site.published('parts', site.good());
  await site.owner.query(
    `insert into field_definition (key, label, type, data_category, source_of_truth, archived_at)
     select key, '{"bg":"Поле","en":"Field"}', 'text', 'other', 'person', out_of_use
       from (values ('described', null), ('out_of_use', now())) as f(key, out_of_use)`,
  );
  await site.owner.query(`update purpose set data_categories = data_categories || '{described,out_of_use}' where slug = 'calls'`);
});
afterAll(() => site.close());

const texts = (bg: string, en: string) => ({ bg, en });
const question = (key: string, bg: string, en: string, more: object = {}) => ({
  key,
  type: 'text',
  label: texts(bg, en),
  reason: texts('За да подготвим отговора.', 'So that we can prepare the answer.'),
  required: false,
  ...more,
});
const phone = () => ({
  key: 'phone',
  label: texts('Телефон', 'Phone'),
  reason: texts('На него Ви се обаждаме.', 'We call you on it.'),
  required: false,
});
const callBox = (purpose: string) => ({
  purpose,
  channel: 'phone',
  label: texts('Давам съгласие „{company}“ да ми се обажда с оферти.', 'I consent to {company} calling me about offers.'),
  hint: texts('Най-много веднъж месечно.', 'Once a month at most.'),
});
// biome-ignore lint/suspicious/noExplicitAny: a form that is taken apart
const withFields = (...fields: unknown[]): any => ({ ...site.good(), fields: [...site.good().fields, ...fields] });
// biome-ignore lint/suspicious/noExplicitAny: a form that is taken apart
const withBoxes = (...boxes: unknown[]): any => ({ ...site.good(), boxes: [...site.good().boxes, ...boxes] });
const withCalls = (...fields: unknown[]) => ({
  ...withFields(phone(), ...fields),
  boxes: [...site.good().boxes, callBox(site.pub('calls'))],
});
const withMagnet = (delivery: object) => ({
  ...site.good(),
  magnet: {
    purpose: site.pub('guide'),
    label: texts('Наръчник за градината', 'A guide to the garden'),
    hint: texts('Изпращаме го на потвърдения адрес.', 'We send it to the confirmed address.'),
    delivery,
  },
});

/** What stands in the way of publishing this, and what only deserves a second look. */
async function findingsOf(definition: unknown): Promise<{ blocks: string[]; warns: string[] }> {
  const answer = await site.api('POST', `/forms/${formId}/versions`, { definition });
  expect([201, 422]).toContain(answer.status);
  const { body } = await site.api('POST', '/forms/lint', { definition });
  const warns = body.findings
    .filter((finding: { severity: string }) => finding.severity === 'warns')
    .map((finding: { code: string }) => finding.code);
  return {
    blocks: answer.status === 201 ? [] : answer.body.errors.map((error: { code: string; field: string }) => error.code),
    warns,
  };
}

const options = (first: string, second: string) => [
  { value: first, label: texts('Малък', 'Small') },
  { value: second, label: texts('Голям', 'Large') },
];

/** Each offence, and what looks like it and is innocent. */
const parts: readonly { code: FindingCode; offence: () => unknown; innocent: () => unknown }[] = [
  {
    code: 'field-twice',
    offence: () => withFields(...site.good().fields),
    innocent: () => site.good(),
  },
  {
    code: 'field-of-other-kind',
    offence: () => withCalls(question('described', 'Описано поле', 'A described field', { type: 'number' })),
    innocent: () => withCalls(question('described', 'Друго име', 'Another name')),
  },
  {
    code: 'field-archived',
    offence: () => withCalls(question('out_of_use', 'Старо поле', 'An old field')),
    innocent: () => withCalls(question('described', 'Описано поле', 'A described field')),
  },
  {
    code: 'box-twice',
    offence: () => withBoxes(...site.good().boxes),
    innocent: () => ({ ...withFields(phone()), boxes: [...site.good().boxes, callBox(site.pub('calls'))] }),
  },
  {
    code: 'options-twice',
    offence: () => withFields(question('size', 'Размер', 'Size', { type: 'choice', options: options('small', 'small') })),
    innocent: () => ({
      ...withFields(
        question('team_size', 'Размер на екипа', 'Size of the team', { type: 'choice', options: options('small', 'large') }),
        phone(),
      ),
      boxes: [callBox(site.pub('calls'))],
    }),
  },
  {
    code: 'type-not-yours',
    offence: () => withFields({ ...phone(), type: 'number' }),
    innocent: () => ({ ...withFields(phone()), boxes: [...site.good().boxes, callBox(site.pub('calls'))] }),
  },
  {
    code: 'phone-needed',
    offence: () => withBoxes(callBox(site.pub('calls'))),
    innocent: () => ({ ...withFields(phone()), boxes: [callBox(site.pub('calls'))] }),
  },
  {
    code: 'channel-not-declared',
    offence: () => ({ ...withFields(phone()), boxes: [callBox(site.pub('newsletter'))] }),
    innocent: () => ({ ...withFields(phone()), boxes: [callBox(site.pub('calls'))] }),
  },
  {
    code: 'purpose-without-consent',
    offence: () => changed(site.good(), 'boxes.0.purpose', site.pub('guide')),
    innocent: () => site.good(),
  },
  {
    code: 'magnet-file-missing',
    offence: () => withMagnet({ kind: 'file', file: `ffl_${'0'.repeat(31)}1` }),
    innocent: () => withMagnet({ kind: 'link', url: 'https://example.bg/guide.pdf' }),
  },
  {
    code: 'age-not-asked',
    offence: () =>
      changed(
        site.good(),
        'intro',
        texts('{company} пише на деца два пъти месечно.', '{company} writes to children twice a month.'),
      ),
    innocent: () => ({
      ...changed(site.good(), 'intro', texts('{company} пише на деца всеки месец.', '{company} writes to children every month.')),
      boxes: [
        {
          ...site.good().boxes[0],
          purpose: site.pub('children'),
          label: texts('Давам съгласие „{company}“ да ми изпраща истории.', 'I consent to {company} sending me stories.'),
        },
      ],
    }),
  },
  {
    code: 'too-many-fields',
    offence: () =>
      withFields(
        ...Array.from({ length: 8 }, (_, at) => question(`wish_${'abcdefgh'[at]}`, 'Какво желаете?', 'What do you wish?')),
      ),
    innocent: () => site.good(),
  },
  {
    code: 'sender-unnamed',
    offence: () =>
      changed(site.good(), 'boxes.0.label', texts('Давам съгласие за бюлетин по имейл.', 'I consent to a newsletter by e-mail.')),
    innocent: () => site.good(),
  },
  {
    code: 'email-needed',
    offence: () => changed(site.good(), 'fields.0.required', false),
    innocent: () => site.good(),
  },
  {
    code: 'purpose-unknown',
    offence: () => changed(site.good(), 'boxes.0.purpose', `pur_${'0'.repeat(31)}1`),
    innocent: () => site.good(),
  },
  {
    code: 'numbers-in-one-language',
    offence: () => changed(site.good(), 'intro', texts('{company} пише всеки месец, 12 пъти.', '{company} writes every month.')),
    innocent: () => changed(site.good(), 'intro', texts('{company} пише 12 пъти.', '{company} writes 12 times.')),
  },
  {
    code: 'gendered-wording',
    offence: () => changed(site.good(), 'boxes.0.label.bg', 'Съгласен съм „{company}“ да ми изпраща бюлетина си по имейл.'),
    innocent: () => site.good(),
  },
];

test.each(parts)('A form is told apart that is $code', async ({ code, offence, innocent }) => {
  const severity = findingCodes[code];
  const wrong = await findingsOf(offence());
  expect(wrong[severity], 'the offence').toContain(code);
  const right = await findingsOf(innocent());
  expect(right[severity], 'what looks like it').not.toContain(code);
  expect(right.blocks).toEqual([]);
});

test('Every way in which a form can be wrong is tried by some test of this folder', () => {
  const tests = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
    .join('\n');
  expect(Object.keys(findingCodes).filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
});
