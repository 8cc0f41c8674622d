import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Keys } from '#platform/crypto/keys.ts';
import { mailTexts as bgMail } from '#src/languages/bg/mail.ts';
import { publicTexts as bg } from '#src/languages/bg/public.ts';
import { mailTexts as enMail } from '#src/languages/en/mail.ts';
import { publicTexts as en } from '#src/languages/en/public.ts';
import { newContext, newVisitor, openBrowser, PHONE, seriousProblems } from '#test/support/browser.ts';
import { linksOf, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { ask, type Server, startServer } from '#test/support/server.ts';
import { keysOf, letTimePass } from '#test/support/server-forms.ts';
import { type Api, openApi } from '#test/support/server-stage.ts';

let server: Server;
let mail: Mailbox;
let keys: Keys;
let browser: Browser;

beforeAll(async () => {
  mail = await openMailbox();
  [server, browser] = await Promise.all([startServer({ env: { SMTP_URL: mail.smtpUrl } }), openBrowser()]);
  keys = await keysOf(server);
  await publishForms(await openApi(server));
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await mail?.close();
});

const both = (inBulgarian: string, inEnglish: string) => ({ bg: inBulgarian, en: inEnglish });
const words = {
  bg: { texts: bg, mail: bgMail, at: 0 },
  en: { texts: en, mail: enMail, at: 1 },
} as const;

/** What stands on the form, in both languages. */
const said = {
  title: ['Работилница за билки', 'Herb workshop'],
  email: ['Имейл адрес', 'E-mail address'],
  name: ['Име (по избор)', 'First name (optional)'],
  level: ['Какъв е опитът Ви?', 'How experienced are you?'],
  beginner: ['Започвам сега', 'I am just starting'],
  day: ['Ден, удобен за Вас (по избор)', 'A day that suits you (optional)'],
  people: ['Брой хора (по избор)', 'Number of people (optional)'],
  lunch: ['Желаете ли обяд?', 'Would you like lunch?'],
  wish: ['Какво Ви интересува? (по избор)', 'What interests you? (optional)'],
  club: ['Давам съгласие „{company}“ да ми изпраща покани по имейл.', 'I consent to {company} sending me invitations by e-mail.'],
  measure: ['Давам съгласие „{company}“ да отчита кои имейли отварям.', 'I consent to {company} recording which e-mails I open.'],
  guide: ['Наръчник за билките през пролетта', 'A guide to the herbs of spring'],
  submit: ['Изпращане', 'Send'],
} as const;
const text = (key: keyof typeof said) => both(said[key][0].replace(' (по избор)', ''), said[key][1].replace(' (optional)', ''));

describe.each(['bg', 'en'] as const)('on a phone without scripts, in %s', (language) => {
  const { texts, mail: mailWords, at } = words[language];
  const say = (key: keyof typeof said) => said[key][at];
  const optional = language === 'bg' ? 'Без отговор' : 'No answer';

  test('a form with every kind of element is filled in, mistakes and all, and confirmed', async () => {
    const address = `all-${language}@example.bg`;
    const visitor = await newVisitor(browser, server.url, { language, viewport: PHONE });
    const { page } = visitor;
    await visitor.open(`${server.url}/f/workshop`);
    expect(await visitor.heading()).toBe(say('title'));
    expect(await page.locator('input:checked').count(), 'nothing is chosen beforehand').toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no sideways scrolling').toBe(true);

    await page.getByLabel(say('email')).fill(address);
    await page.getByLabel(say('name')).fill('Мария');
    await page.getByLabel(say('people')).fill('двама');
    await page.getByLabel(say('day')).fill('31.02.2027');
    await page.getByLabel(say('wish')).fill('чай\nмасла');
    await page.getByRole('checkbox').last().check();
    await visitor.press(say('submit'));
    expect(await page.locator('#errors:focus').count()).toBe(1);
    expect(await page.getByRole('alert').getByRole('link').allInnerTexts()).toEqual([
      texts.form.errors.choose(say('level')),
      texts.form.errors.dateInvalid(text('day')[language]),
      texts.form.errors.numberInvalid(text('people')[language]),
      texts.form.errors.choose(say('lunch')),
      texts.form.errors.ageMissing(14),
    ]);
    expect(await page.getByLabel(say('people')).inputValue()).toBe('двама');
    expect(await page.getByLabel(say('wish')).inputValue()).toBe('чай\nмасла');
    expect(await page.getByRole('checkbox').last().isChecked()).toBe(true);
    expect(await page.getByLabel(optional).count(), 'what must be answered has no way out').toBe(0);

    await page.getByLabel(say('people')).fill('2');
    await page.getByLabel(say('day')).fill('28.02.2027');
    await page.getByLabel(say('beginner')).check();
    await page.getByLabel(texts.form.yes, { exact: true }).check();
    await page.getByLabel(texts.form.age.older(14)).check();
    await page.getByRole('checkbox').first().check();
    await letTimePass(page, keys);
    await visitor.press(say('submit'));
    expect(await visitor.heading()).toBe(texts.checkMail.title);

    const asked = await mail.take(address);
    expect(asked.subject).toBe(mailWords.confirmConsent.subject);
    await visitor.open(linksOf(asked).confirm);
    const company = (await page.locator('.who').innerText()).trim();
    expect((await page.locator('blockquote').allInnerTexts()).map((line) => line.trim())).toEqual(
      [say('club'), say('measure')].map((line) => line.replace('{company}', company)),
    );
    await visitor.press(texts.confirm.confirm);
    const [row] = await ask<{ facts: Record<string, { value: string; provenance: string[] }> }>(
      server,
      'select c.facts from contact c join contact_point p on p.contact_id = c.id where p.match_key = $1',
      [address],
    );
    const kept = Object.fromEntries(Object.entries(row?.facts ?? {}).map(([key, fact]) => [key, fact.value]));
    expect(kept).toEqual({
      given_name: 'Мария',
      level: 'beginner',
      day: '2027-02-28',
      people: '2',
      lunch: 'yes',
      wish: 'чай\nмасла',
    });
    expect(Object.values(row?.facts ?? {}).every((fact) => fact.provenance.length > 0)).toBe(true);
    expect(await visitor.leave()).toEqual([]);
  }, 60_000);

  test('a child names a parent, the parent agrees by name, and only then the child is written to', async () => {
    const address = `child-${language}@example.bg`;
    const parent = `parent-${language}@example.bg`;
    const visitor = await newVisitor(browser, server.url, { language, viewport: PHONE });
    const { page } = visitor;
    await visitor.open(`${server.url}/f/workshop`);
    await page.getByLabel(say('email')).fill(address);
    await page.getByLabel(say('beginner')).check();
    await page.getByLabel(texts.form.no, { exact: true }).check();
    await page.getByLabel(texts.form.age.younger(14)).check();
    await page.getByRole('checkbox').first().check();
    await letTimePass(page, keys);
    await visitor.press(say('submit'));
    expect(await visitor.heading()).toBe(texts.form.parent.title);
    expect(await page.getByRole('textbox').count(), 'one question').toBe(1);
    await visitor.press(texts.form.parent.submit);
    expect(await page.locator('#errors:focus').innerText()).toContain(texts.form.errors.parentMissing);
    await page.getByLabel(texts.form.parent.label).fill(parent);
    await visitor.press(texts.form.parent.submit);
    expect(await page.locator('main').innerText()).toContain(texts.checkMail.parentText(7));

    const asked = await mail.take(parent);
    expect(asked.subject).toBe(mailWords.confirmForChild.subject);
    expect(mail.mails.filter((one) => one.recipients.includes(address))).toEqual([]);
    await visitor.open(linksOf(asked).parent);
    expect(await visitor.heading()).toBe(texts.forChild.title);
    expect(await page.getByRole('checkbox').isChecked()).toBe(false);
    await visitor.press(texts.forChild.agree);
    expect(await page.getByRole('alert').getByRole('link').allInnerTexts()).toEqual([
      texts.forChild.nameMissing,
      texts.forChild.responsibleMissing,
    ]);
    await page.getByLabel(texts.forChild.name).fill('Иван Петров');
    await page.getByLabel(texts.forChild.responsible).check();
    await visitor.press(texts.forChild.agree);
    expect(await visitor.heading()).toBe(texts.forChild.agreedTitle);

    await visitor.open(linksOf(await mail.take(address)).confirm);
    await visitor.press(texts.confirm.confirm);
    const [answer] = await ask<{ allowed: boolean }>(
      server,
      `select g.allowed from contact_point c, purpose p, may_process(c.contact_id, p.id, 'email') g where c.match_key = $1 and p.slug = 'workshop-club'`,
      [address],
    );
    expect(answer).toEqual({ allowed: true });
    const [named] = await ask(
      server,
      `select guardian_name from parental_confirmation g join submission s on s.id = g.submission_id
      join contact_point p on p.contact_id = s.contact_id where p.match_key = $1`,
      [address],
    );
    expect(named).toEqual({ guardian_name: 'Иван Петров' });
    expect(await visitor.leave()).toEqual([]);
  }, 60_000);

  test('each of its pages can be read and used by everybody', async () => {
    // The checks need scripts; the pages have none.
    const context = await newContext(browser, { language, viewport: PHONE });
    const page = await context.newPage();
    const press = () =>
      page
        .getByRole('button', { name: say('submit'), exact: true })
        .last()
        .click();
    await page.goto(`${server.url}/f/workshop`);
    expect(await seriousProblems(page), 'the form').toEqual([]);
    await press();
    expect(await seriousProblems(page), 'its mistakes').toEqual([]);
    await page.getByLabel(say('email')).fill(`seen-${language}@example.bg`);
    await page.getByLabel(say('beginner')).check();
    await page.getByLabel(texts.form.no, { exact: true }).check();
    await page.getByLabel(texts.form.age.younger(14)).check();
    await page.getByRole('checkbox').first().check();
    await press();
    expect(await page.locator('h1').innerText()).toBe(texts.form.parent.title);
    expect(await seriousProblems(page), 'the question for a parent').toEqual([]);
    await page.goto(`${server.url}/f/herb-guide`);
    expect(await seriousProblems(page), 'the guide').toEqual([]);
    await context.close();
  }, 60_000);

  test('a guide is asked for and received without a single consent', async () => {
    const address = `guide-${language}@example.bg`;
    const visitor = await newVisitor(browser, server.url, { language, viewport: PHONE });
    const { page } = visitor;
    await visitor.open(`${server.url}/f/herb-guide`);
    expect(await page.locator('main').innerText()).toContain(say('guide'));
    await page.getByLabel(say('email')).fill(address);
    await letTimePass(page, keys);
    await visitor.press(say('submit'));
    expect(await visitor.heading()).toBe(texts.checkMail.title);
    await visitor.open(linksOf(await mail.take(address)).confirm);
    await visitor.press(texts.confirm.confirm);
    expect(await page.locator('main').innerText()).toContain(texts.confirm.requestedText);

    const message = await mail.take(address);
    expect(message.subject).toBe(mailWords.requestedInformation.subject);
    const file = await fetch(linksOf(message).download);
    expect([file.headers.get('content-type'), await file.text()]).toEqual(['application/pdf', '%PDF-1.7 herbs']);
    const allowed = await ask<{ slug: string }>(
      server,
      `select p.slug from contact_point c, purpose p where c.match_key = $1 and p.is_marketing and (may_process(c.contact_id, p.id, 'email')).allowed`,
      [address],
    );
    expect(allowed).toEqual([]);
    expect(await visitor.leave()).toEqual([]);
  }, 60_000);
});

async function publishForms(api: Api): Promise<void> {
  const purpose = (name: { bg: string; en: string }, more: object) =>
    api<{ id: string }>('POST', '/purposes', {
      name,
      explanation: both('Каним Ви на работилници за билки.', 'We invite you to herb workshops.'),
      legalBasis: 'consent',
      channels: ['email'],
      recipients: [],
      retention: { starts: 'withdrawal', months: 12 },
      isMarketing: true,
      doubleOptIn: true,
      ...more,
    });
  const keys = ['email', 'given_name', 'level', 'day', 'people', 'lunch', 'wish'];
  const club = await purpose(both('Покани за работилници', 'Invitations to workshops'), {
    slug: 'workshop-club',
    dataCategories: keys,
    needsAge: true,
  });
  const measuring = await purpose(both('Отчитане на отварянията', 'Measuring openings'), {
    slug: 'measuring',
    dataCategories: ['email'],
    channels: ['none'],
    isMarketing: false,
    isMeasurement: true,
  });
  const reason = both('За да подготвим поканата.', 'So that we can prepare the invitation.');
  const field = (key: string, name: keyof typeof said, more: object = {}) => ({
    key,
    label: text(name),
    reason,
    required: false,
    ...more,
  });
  const definition = {
    title: text('title'),
    intro: both('{company} Ви кани на работилница.', '{company} invites you to a workshop.'),
    fields: [
      field('email', 'email', { required: true }),
      field('given_name', 'name'),
      field('level', 'level', {
        type: 'choice',
        required: true,
        options: [
          { value: 'beginner', label: text('beginner') },
          { value: 'expert', label: both('Имам опит', 'I have experience') },
        ],
      }),
      field('day', 'day', { type: 'date' }),
      field('people', 'people', { type: 'number' }),
      field('lunch', 'lunch', { type: 'yes-no', required: true }),
      field('wish', 'wish', { type: 'long-text' }),
    ],
    boxes: [
      {
        purpose: club.id,
        channel: 'email',
        label: text('club'),
        hint: both('Около четири пъти в годината.', 'About four times a year.'),
      },
      {
        purpose: measuring.id,
        channel: 'none',
        label: text('measure'),
        hint: both('Може да се спре по всяко време.', 'It can be stopped at any time.'),
      },
    ],
    submit: text('submit'),
    done: {
      title: both('Изборът Ви е потвърден', 'Your choice is confirmed'),
      text: both('Очакваме Ви.', 'We look forward to it.'),
    },
  };
  const file = await api<{ id: string }>('POST', '/forms/files', {
    name: 'herbs.pdf',
    content: Buffer.from('%PDF-1.7 herbs').toString('base64'),
  });
  const { data: purposes } = await api<{ data: { id: string; slug: string }[] }>('GET', '/purposes');
  const bySlug = (slug: string) => purposes.find((one) => one.slug === slug)?.id;
  const guide = {
    ...definition,
    title: text('guide'),
    fields: [field('email', 'email', { required: true })],
    boxes: [{ ...definition.boxes[0], purpose: bySlug('newsletter') }],
    magnet: {
      purpose: bySlug('information-on-request'),
      label: text('guide'),
      hint: both('Дванадесет страници с рисунки.', 'Twelve pages with drawings.'),
      delivery: { kind: 'file', file: file.id },
    },
  };
  for (const [slug, written] of [
    ['workshop', definition],
    ['herb-guide', guide],
  ] as const) {
    const form = await api<{ id: string; draft: { revision: number } }>('POST', '/forms', { slug, definition: written });
    await api('POST', `/forms/${form.id}/draft/publish`, { revision: form.draft.revision });
  }
}
