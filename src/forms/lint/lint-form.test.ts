import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '#test/support/database.ts';
import { changed, type FormSite, openFormSite } from '#test/support/form-site.ts';
import type { FindingCode } from './finding.ts';

const database = useDatabase();
let site: FormSite;
let formId: string;
beforeAll(async () => {
  site = await openFormSite(database);
  formId = await site.published('linted', site.good());
});
afterAll(() => site.close());

type Change = readonly [path: string, bg: string, en: string];
const texts = (bg: string, en: string) => ({ bg, en });
const label: string = 'boxes.0.label';
const hint = 'boxes.0.hint';

const apply = (definition: unknown, changes: readonly (readonly [string, unknown])[]) =>
  changes.reduce((form, [path, value]) => changed(form as never, path, value), definition);

/** Tries to publish, and answers the codes it was refused with; empty when it was published. */
async function publish(definition: unknown): Promise<{ code: string; field: string }[]> {
  const answer = await site.api('POST', `/forms/${formId}/versions`, { definition });
  expect([201, 422]).toContain(answer.status);
  return answer.status === 201 ? [] : answer.body.errors;
}

const mail = (bg: string, en: string) =>
  [['mail', { subject: texts('Остава една стъпка', 'One step left'), text: texts(bg, en) }]] as const;
const magnet = () => ({
  purpose: site.pub('guide'),
  label: texts('Наръчник за градината', 'A guide to the garden'),
  hint: texts('Изпращаме го на потвърдения адрес.', 'We send it to the confirmed address.'),
  delivery: { kind: 'link', url: 'https://example.bg/guide.pdf' },
});
const customField = (key: string, bg: string, en: string) => ({
  key,
  type: 'text',
  label: texts(bg, en),
  reason: texts('За да подготвим отговора.', 'So that we can prepare the answer.'),
  required: false,
});

/** Each offence in Bulgarian and in English, and what looks like it and is innocent. */
const wordings: readonly { code: FindingCode; place: string; bg: string; en: string; innocent: Change; withMagnet?: boolean }[] =
  [
    {
      code: 'pre-ticked',
      place: hint,
      bg: 'Отметката е вече отбелязана вместо Вас.',
      en: 'The box is already ticked for you.',
      innocent: [hint, 'Нищо не е предварително отметнато.', 'Nothing is ticked in advance.'],
    },
    {
      code: 'box-bundled',
      place: label,
      bg: 'Давам съгласие „{company}“ да ми изпраща бюлетина си по имейл и SMS.',
      en: 'I consent to {company} sending me its newsletter by e-mail and SMS.',
      innocent: [
        label,
        'Давам съгласие „{company}“ да ми пише по имейл за нови книги и събития.',
        'I consent to {company} e-mailing me about new books and events.',
      ],
    },
    {
      code: 'box-bundled',
      place: label,
      bg: 'Давам съгласие „{company}“ да ми изпраща бюлетина си и да предоставя адреса ми на „Поща“ АД.',
      en: 'I consent to {company} sending me its newsletter and sharing my address with Post Ltd.',
      innocent: [label, 'Давам съгласие „{company}“ да ми изпраща покани.', 'I consent to {company} sending me invitations.'],
    },
    {
      code: 'box-bundled',
      place: label,
      bg: 'Давам съгласие „{company}“ да ми изпраща писма и да проследява кои отварям.',
      en: 'I consent to {company} sending me messages and tracking which I open.',
      innocent: [
        label,
        'Давам съгласие „{company}“ да ми изпраща седмични писма.',
        'I consent to {company} sending me weekly messages.',
      ],
    },
    {
      code: 'box-bundled',
      place: label,
      bg: 'Давам съгласие „{company}“ да ми изпраща бюлетин и покани в Клуб на читателя.',
      en: 'I consent to {company} sending me its newsletter and invitations to the Readers’ club.',
      innocent: [
        label,
        'Давам съгласие „{company}“ да ми изпраща бюлетин с новини и статии.',
        'I consent to {company} sending me its newsletter with news and articles.',
      ],
    },
    {
      code: 'box-with-terms',
      place: label,
      bg: 'Давам съгласие с общите условия на „{company}“ и с бюлетина.',
      en: 'I consent to the terms and conditions of {company} and the newsletter.',
      innocent: [hint, 'Повече в информацията за личните данни по-долу.', 'More in the privacy notice below.'],
    },
    {
      code: 'box-other-channel',
      place: label,
      bg: 'Давам съгласие „{company}“ да ми пише по SMS.',
      en: 'I consent to {company} writing to me by SMS.',
      innocent: [
        label,
        'Давам съгласие „{company}“ да ми пише по електронна поща.',
        'I consent to {company} writing to me by e-mail.',
      ],
    },
    {
      code: 'consent-as-condition',
      place: 'intro',
      bg: 'С изпращането на формуляра се съгласявате да получавате писма.',
      en: 'By sending the form you agree to receive messages.',
      innocent: [
        'intro',
        'С изпращането на формуляра започва проверката на адреса Ви.',
        'By sending the form you start the check of your address.',
      ],
    },
    {
      code: 'consent-as-condition',
      place: 'intro',
      bg: 'За да участвате, трябва да се съгласите с бюлетина.',
      en: 'To take part, you must agree to the newsletter.',
      innocent: [
        'intro',
        'Участвате и без бюлетина; той е отделен избор.',
        'You take part without the newsletter too; it is a choice apart.',
      ],
    },
    {
      code: 'consent-required',
      place: hint,
      bg: 'Тази отметка е задължителна.',
      en: 'This box is required.',
      innocent: [hint, 'Тази отметка не е задължителна.', 'This box is not required.'],
    },
    {
      code: 'magnet-on-condition',
      place: 'intro',
      withMagnet: true,
      bg: 'За да получите наръчника, отбележете бюлетина.',
      en: 'To get the guide, tick the newsletter.',
      innocent: ['intro', 'Изпращаме наръчника и без отметка за бюлетина.', 'We send the guide without the newsletter too.'],
    },
    {
      code: 'magnet-on-condition',
      place: 'magnet.hint',
      withMagnet: true,
      bg: 'Наръчникът е само за абонати на бюлетина.',
      en: 'The guide is only for subscribers of the newsletter.',
      innocent: ['magnet.hint', 'Наръчникът е за всеки, който го поиска.', 'The guide is for everybody who asks for it.'],
    },
    {
      code: 'silence-as-consent',
      place: 'intro',
      bg: 'Ако не възразите до десет дни, приемаме, че сте съгласни.',
      en: 'If you do not object within ten days, we assume that you consent.',
      innocent: ['intro', 'Ако не отговорите, не изпращаме нищо.', 'If you do not reply, we send nothing.'],
    },
    {
      code: 'silence-as-consent',
      place: 'intro',
      bg: 'С разглеждането на страницата приемате писмата ни.',
      en: 'Browsing this page you consent to our messages.',
      innocent: ['intro', 'Разглеждането на страницата не Ви задължава с нищо.', 'Browsing this page binds you to nothing.'],
    },
    {
      code: 'unnamed-recipients',
      place: 'intro',
      bg: 'Пишем Ви ние и нашите партньори.',
      en: 'We and our partners write to you.',
      innocent: ['intro', 'Не предоставяме адреса Ви на трети лица.', 'We do not give your address to third parties.'],
    },
    {
      code: 'double-negative',
      place: hint,
      bg: 'Махнете отметката, ако не желаете да получавате писма.',
      en: 'Untick the box if you do not wish to receive messages.',
      innocent: [hint, 'Можете да махнете отметката по всяко време.', 'You can untick the box at any time.'],
    },
    {
      code: 'double-negative',
      place: label,
      bg: 'Не възразявам „{company}“ да ми пише по имейл.',
      en: 'I do not object to {company} writing to me by e-mail.',
      innocent: [
        label,
        'Давам съгласие „{company}“ да ми пише по имейл веднъж месечно.',
        'I consent to {company} writing to me by e-mail once a month.',
      ],
    },
    {
      code: 'shaming',
      place: hint,
      bg: 'Не, благодаря, предпочитам да плащам повече.',
      en: 'No thanks, I would rather pay more.',
      innocent: [hint, 'Празното поле значи „не“.', 'An empty box means no.'],
    },
    {
      code: 'urgency',
      place: 'intro',
      bg: 'Последен шанс: не пропускайте бюлетина.',
      en: 'Last chance: don’t miss the newsletter.',
      innocent: [
        'intro',
        'Бюлетинът излиза в последния ден на месеца.',
        'The newsletter comes out on the last day of the month.',
      ],
    },
    {
      code: 'emphasis-on-yes',
      place: 'submit',
      bg: 'Да, искам новините',
      en: 'Yes, I want the news',
      innocent: ['submit', 'Абонирам се', 'Subscribe'],
    },
    {
      code: 'emphasis-on-yes',
      place: hint,
      bg: '👉 Бюлетинът излиза всяка седмица.',
      en: '👉 The newsletter comes out every week.',
      innocent: [hint, 'Бюлетинът на „Книги®“ излиза всяка седмица.', 'The newsletter of Books® comes out every week.'],
    },
    {
      code: 'withdrawal-denied',
      place: hint,
      bg: 'Съгласието е неотменимо.',
      en: 'The consent is irrevocable.',
      innocent: [hint, 'Оттеглянето е безплатно и става с една стъпка.', 'You can withdraw free of charge, in one step.'],
    },
    {
      code: 'shouting',
      place: 'intro',
      bg: 'АБОНИРАЙТЕ СЕ ЗА НОВИНИТЕ НА НАШАТА КНИЖАРНИЦА',
      en: 'SUBSCRIBE TO THE NEWS OF OUR BOOKSHOP',
      innocent: ['intro', 'Пишем за УНСС, НАТО и КЗЛД на прост език.', 'We write about UNESCO, NATO and GDPR in plain words.'],
    },
    {
      code: 'unreadable',
      place: 'intro',
      bg: `Настоящият формуляр ${'обработва предоставените идентификационни характеристики съобразно нормативните изисквания и '.repeat(4)}край.`,
      en: `The present form ${'processes the provided identification characteristics according to regulatory requirements and '.repeat(4)}ends.`,
      innocent: [
        'intro',
        'Пишем кратко. Казваме какво е ново. Два пъти месечно е. Толкова.',
        'We write little. We say what is new. It is twice a month. That is all.',
      ],
    },
  ];

describe('A form cannot be published when in either language', () => {
  test('there is nothing wrong with it, it can', async () => {
    expect(await publish(site.good())).toEqual([]);
  });

  test.each(wordings)('$code: $en', async ({ code, place, bg, en, innocent, withMagnet }) => {
    const base = withMagnet ? { ...site.good(), magnet: magnet() } : site.good();
    const [innocentPlace, plainBg, plainEn] = innocent;
    expect(await publish(apply(base, [[innocentPlace, texts(plainBg, plainEn)]])), 'the innocent one').toEqual([]);

    const codesAt = (errors: { code: string; field: string }[], language: string) =>
      errors.filter((error) => error.field === `definition.${place}.${language}`).map((error) => error.code);
    const there = innocentPlace === place ? texts(plainBg, plainEn) : read(base, place);
    const wrongBg = await publish(apply(base, [[place, { ...there, bg }]]));
    expect(codesAt(wrongBg, 'bg')).toContain(code);
    const wrongEn = await publish(apply(base, [[place, { ...there, en }]]));
    expect(codesAt(wrongEn, 'en')).toContain(code);
    expect(codesAt(wrongEn, 'bg')).not.toContain(code);
  });

  test('its confirmation mail advertises, links or repeats what somebody typed', async () => {
    const fine = texts('Адресът Ви беше въведен в нашия формуляр.', 'Your address was entered in our form.');
    const change = (bg: string, en: string) => apply(site.good(), mail(bg, en) as never);
    expect(await publish(change(fine.bg, fine.en))).toEqual([]);
    const offences: [FindingCode, string, string][] = [
      ['mail-marketing', 'Днес имаме отстъпка от 20 % за всички.', 'Today there is a discount of 20 % for all.'],
      ['mail-link', 'Вижте и www.example.bg за повече.', 'See also www.example.bg for more.'],
      ['placeholder-unknown', 'Здравейте, {given_name}, остава една стъпка.', 'Hello {given_name}, there is one step left.'],
    ];
    for (const [code, bg, en] of offences) {
      expect(
        (await publish(change(bg, fine.en))).map((error) => error.code),
        bg,
      ).toContain(code);
      expect(
        (await publish(change(fine.bg, en))).map((error) => error.code),
        en,
      ).toContain(code);
    }
    expect(await publish(change('„{company}“ иска да се увери, че сте Вие.', '{company} wants to be sure it is you.'))).toEqual(
      [],
    );
  });
});

describe('A form cannot be published when the languages differ', () => {
  const refusals = async (place: string, bg: string, en: string) =>
    (await publish(apply(site.good(), [[place, texts(bg, en)]]))).map((error) => error.code);

  test('in a language that is missing, or is not that language', async () => {
    expect(await refusals('title', 'Новини от книжарницата', '')).toEqual(['missing']);
    const draft = apply(site.good(), [['title', texts('', 'News from the shop')]]);
    const { body } = await site.api('POST', '/forms/lint', { definition: draft });
    expect(body.findings).toMatchObject([{ code: 'text-missing', place: 'title', language: 'bg', severity: 'blocks' }]);
    expect(await refusals('intro', 'We send news twice a month.', 'We send news twice a month.')).toContain('language-wrong');
    expect(await refusals('intro', 'Пишем два пъти месечно.', 'Пишем два пъти месечно.')).toContain('language-wrong');
    expect(await refusals('submit', 'Newsletter', 'Newsletter')).toContain('language-untranslated');
    expect(await refusals('intro', 'Новини за Node.js и PostgreSQL.', 'News about Node.js and PostgreSQL.')).toEqual([]);
  });

  test('in numbers, links or what is filled in', async () => {
    expect(await refusals('intro', 'Пишем 2 пъти месечно.', 'We write 4 times a month.')).toEqual(['numbers-differ']);
    expect(await refusals('intro', 'Над 14 000 читатели и 1,5 години.', 'Over 14,000 readers and 1.5 years.')).toEqual([]);
    expect(await refusals('intro', 'От 23.11.2026 нататък.', 'From 23 November 2026 on.')).toEqual([]);
    expect(await refusals('intro', 'Вижте example.bg/pravila за още.', 'See example.bg/rules for more.')).toEqual([
      'links-differ',
    ]);
    expect(await refusals('intro', 'Пише Ви „{company}“.', 'We write to you.')).toEqual(['placeholders-differ']);
  });

  test('in length: much less is said in one of them', async () => {
    const long = 'We send news about books, readings and courses in our shop, and you can stop it in every message.';
    expect(await refusals('intro', 'Пращаме новини за книги.', long)).toEqual(['language-shorter']);
  });
});

describe('A form cannot be published when what it asks is', () => {
  const withField = (field: unknown, more: object = {}) => ({ ...site.good(), fields: [...site.good().fields, field], ...more });

  test('needed for nothing it does', async () => {
    const job = {
      key: 'job_title',
      label: texts('Длъжност', 'Position'),
      reason: texts('За статистика.', 'For statistics.'),
      required: false,
    };
    expect(await publish(withField(job))).toMatchObject([{ code: 'field-unneeded', field: 'definition.fields.1' }]);
    const name = {
      key: 'given_name',
      label: texts('Име', 'First name'),
      reason: texts('За обръщение.', 'To address you.'),
      required: false,
    };
    expect(await publish(withField(name))).toEqual([]);
  });

  test('without a reason', async () => {
    const draft = apply(site.good(), [['fields.0.reason', texts('', ' ')]]);
    const { body } = await site.api('POST', '/forms/lint', { definition: draft });
    expect(body.findings.map((finding: { code: string }) => finding.code)).toEqual(['reason-missing', 'reason-missing']);
    expect((await publish(draft)).map((error) => error.code)).toEqual(['missing', 'missing']);
  });

  test('of a special category, hidden or without a box for explicit consent', async () => {
    const allergies = customField('allergies', 'Имате ли алергии?', 'Do you have allergies?');
    const box = {
      purpose: site.pub('health'),
      channel: 'email',
      label: texts(
        'Давам изрично съгласие „{company}“ да използва отговора за алергиите ми.',
        'I give {company} my explicit consent to use the answer about my allergies.',
      ),
      hint: texts('Нужно е само за менюто.', 'It is needed for the menu only.'),
    };
    const boxes = [...site.good().boxes, box];
    expect((await publish(withField(allergies, { boxes }))).map((error) => error.code)).toEqual(['special-category-unmarked']);
    expect((await publish(withField({ ...allergies, sensitive: true }))).map((error) => error.code).sort()).toEqual([
      'field-unneeded',
      'special-category-without-consent',
    ]);
    expect(await publish(withField({ ...allergies, sensitive: true }, { boxes }))).toEqual([]);
  });

  test('a national number; a date of birth is only frowned at', async () => {
    const codes = async (field: unknown) => {
      const { body } = await site.api('POST', '/forms/lint', { definition: withField(field) });
      return body.findings.map((finding: { code: string }) => finding.code);
    };
    expect(await codes(customField('egn', 'ЕГН', 'National identification number'))).toContain('national-id');
    expect(await codes(customField('born', 'Дата на раждане', 'Date of birth'))).toContain('birth-date');
    expect(await codes(customField('since', 'Дата на покупката', 'Date of purchase'))).not.toContain('birth-date');
  });

  test('of a kind that cannot be: a choice without answers, a name in use, the same twice', async () => {
    const size = { ...customField('size', 'Размер', 'Size'), type: 'choice' };
    expect((await publish(withField(size))).map((error) => error.code)).toContain('options-needed');
    expect((await publish(withField(customField('consent', 'Съгласие', 'Consent')))).map((error) => error.code)).toContain(
      'key-reserved',
    );
    const { type: _, ...untyped } = customField('size', 'Размер', 'Size');
    expect((await publish(withField(untyped))).map((error) => error.code)).toContain('type-needed');
  });
});

describe('A form cannot be published when its boxes are', () => {
  test('ticked, or have to be: there is no way to say so', async () => {
    for (const member of ['default', 'checked', 'ticked', 'required', 'value', 'selected', 'preselected']) {
      expect(await publish(apply(site.good(), [[`boxes.0.${member}`, true]]))).toMatchObject([
        { code: 'unknown-field', field: `definition.boxes.0.${member}` },
      ]);
    }
    expect(await publish(apply({ ...site.good(), magnet: magnet() }, [['magnet.requires', 'newsletter']]))).toMatchObject([
      { code: 'unknown-field' },
    ]);
  });

  test('more than anybody weighs', async () => {
    const [box] = site.good().boxes;
    const many = Array.from({ length: 7 }, () => box);
    expect((await publish({ ...site.good(), boxes: many })).map((error) => error.code)).toContain('too-many-boxes');
  });

  test('none, and nothing is sent either', async () => {
    expect((await publish({ ...site.good(), boxes: [] })).map((error) => error.code)).toEqual(['nothing-to-do']);
    expect(await publish({ ...site.good(), boxes: [], magnet: magnet() })).toEqual([]);
  });

  test('of a purpose that shares with nobody in particular', async () => {
    const { body: list } = await site.api('GET', '/purposes');
    const {
      id,
      slug: _,
      version: __,
      isSystem: ___,
      archivedAt: ____,
      ...purpose
    } = list.data.find((one: { slug: string }) => one.slug === 'newsletter');
    const shared = { ...purpose, recipients: [{ name: 'Our partners', country: 'DE', role: 'marketing' }] };
    expect((await site.api('PUT', `/purposes/${id}`, shared)).status).toBe(200);
    expect((await publish(site.good())).map((error) => error.code)).toContain('unnamed-recipients');
    expect((await site.api('PUT', `/purposes/${id}`, purpose)).status).toBe(200);
    expect(await publish(site.good())).toEqual([]);
  });

  test('a condition of what is sent on request: its purpose is a request, never a consent', async () => {
    const wrong = { ...magnet(), purpose: site.pub('newsletter') };
    expect((await publish({ ...site.good(), magnet: wrong })).map((error) => error.code)).toContain('magnet-purpose');
  });
});

test('What a form of its own says by itself passes its own rules', async () => {
  const { body } = await site.api('GET', '/forms');
  const starter = body.data.find((one: { slug: string }) => one.slug === 'newsletter');
  const { body: draft } = await site.api('GET', `/forms/${starter.id}/draft`);
  expect(draft.findings).toEqual([]);
});

test('A finding says where, why and what to do, in both languages', async () => {
  const draft = apply(site.good(), [[`${label}.bg`, 'Не възразявам „{company}“ да ми пише по имейл.']]);
  const { body } = await site.api('POST', '/forms/lint', { definition: draft });
  const [finding] = body.findings;
  expect(finding).toMatchObject({
    code: 'double-negative',
    place: label,
    language: 'bg',
    words: 'Не възразявам',
    severity: 'blocks',
  });
  for (const part of [finding.article, finding.explanation, finding.fix]) {
    expect(part.bg).toMatch(/[а-я]/);
    expect(part.en).toMatch(/[a-z]/);
  }
});

function read(form: unknown, path: string): { bg: string; en: string } {
  return path.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], form) as { bg: string; en: string };
}
