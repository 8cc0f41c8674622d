import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DESKTOP,
  newContext,
  newVisitor,
  openBrowser,
  openScreen,
  PHONE,
  seriousProblems,
  type Watch,
  watch,
} from '#test/support/browser.ts';
import { ask, type Server, startServer } from '#test/support/server.ts';
import { agedToken, letTimePass, postForm } from '#test/support/server-forms.ts';
import { fillStage, type Stage, signInAs } from '#test/support/server-stage.ts';
import { bg } from '../../admin/src/languages/bg.ts';
import { en } from '../../admin/src/languages/en.ts';

const offence = {
  bg: 'Давам съгласие „{company}“ и нейни партньори да ми пишат по имейл за работилници.',
  en: 'I consent to {company} and its partners e-mailing me about workshops.',
};
const mended = {
  bg: 'Давам съгласие „{company}“ да ми изпраща по имейл покани за работилници.',
  en: 'I consent to {company} e-mailing me invitations to workshops.',
};

// One story told from its beginning to its end: each test goes on where the last one left off.
describe.each([
  { language: 'bg', viewport: DESKTOP, colorScheme: 'light', t: bg },
  { language: 'en', viewport: PHONE, colorScheme: 'dark', t: en },
] as const)('in $language, $viewport.width wide, $colorScheme, authors', ({ language, viewport, colorScheme, t }) => {
  let server: Server;
  let browser: Browser;
  let stage: Stage;
  let context: BrowserContext;
  let page: Page;
  let seen: Watch;
  let formPath: string;
  const words = t.formBuilder;
  const admin = (path: string) => openScreen(page, `${server.url}/admin${path}`);
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const text = (place: string, spoken: 'bg' | 'en') =>
    page.locator(`[data-place="${place}"] :is(input, textarea)[lang=${spoken}]`);
  const write = async (place: string, texts: { bg: string; en: string }) => {
    await text(place, 'bg').fill(texts.bg);
    await text(place, 'en').fill(texts.en);
  };
  const saved = () => page.getByText(new RegExp(`^${words.savedAt('')}`)).waitFor();

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
    stage = await fillStage(server);
    await askWorkshopsForHerbs(stage);
    await stage.api('PATCH', '/me', { language });
    context = await newContext(browser, { language, viewport, colorScheme });
    context.setDefaultTimeout(15_000);
    await stage.signIn(context);
    page = await context.newPage();
    seen = watch(page, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  test('begin a form, which nobody else can open yet', async () => {
    await admin('/forms');
    await page
      .getByRole('button', { name: new RegExp(`^${t.forms.actionsOf('')}`) })
      .first()
      .press('Enter');
    await page.getByRole('menuitem', { name: t.forms.duplicate }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.locator('[role=menuitem]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem').first().waitFor({ state: 'detached' });
    await button(t.forms.add).click();
    await dialog().getByLabel(t.forms.slug, { exact: true }).fill('herb-club');
    await dialog().getByRole('button', { name: t.forms.create }).click();
    await heading('herb-club');
    formPath = new URL(page.url()).pathname.replace('/admin', '');
    expect((await fetch(`${server.url}/f/herb-club`)).status).toBe(410);
  });

  test('write it in both languages beside each other, with a question of their own, two boxes and something in exchange', async () => {
    await write('title', { bg: 'Билкарски клуб', en: 'Herb club' });
    await write('intro', {
      bg: '{company} кани на билкарски работилници около четири пъти в годината.',
      en: '{company} invites you to herb workshops about four times a year.',
    });

    await button(words.addField).click();
    await dialog().getByLabel(words.fieldKind, { exact: true }).selectOption({ label: words.custom });
    await dialog().getByLabel(words.key, { exact: true }).fill('Любима билка');
    await dialog().getByRole('button', { name: words.addField }).click();
    await dialog().getByText(words.keyWrong).waitFor();
    await dialog().getByLabel(words.key, { exact: true }).fill('favourite_herb');
    await dialog().getByRole('button', { name: words.addField }).click();
    await write('fields.1.label', { bg: 'Любима билка', en: 'Favourite herb' });
    await write('fields.1.reason', {
      bg: 'За да изберем темите на работилниците.',
      en: 'So that we can choose what the workshops are about.',
    });
    await page.locator('[data-place="fields.1"]').getByLabel(words.type, { exact: true }).selectOption('choice');
    await write('fields.1.options.0.label', { bg: 'Мащерка', en: 'Thyme' });
    await write('fields.1.options.1.label', { bg: 'Лайка', en: 'Chamomile' });

    await addBox('newsletter');
    await addBox('workshops');

    await button(words.addMagnet).click();
    await dialog().getByLabel(words.linkAddress, { exact: true }).fill('https://bilki-rodopa.example/naruchnik.pdf');
    await dialog().getByRole('button', { name: words.magnetSave }).click();
    await write('magnet.label', { bg: 'Наръчник за сушене на билки', en: 'A guide to drying herbs' });
    await saved();

    const { data } = await stage.api<{ data: { id: string; slug: string }[] }>('GET', '/forms');
    const draft = await stage.api<{ definition: Record<string, unknown> }>(
      'GET',
      `/forms/${data.find(({ slug }) => slug === 'herb-club')?.id}/draft`,
    );
    expect(draft.definition).toMatchObject({
      title: { bg: 'Билкарски клуб', en: 'Herb club' },
      fields: [
        { key: 'email' },
        { key: 'favourite_herb', type: 'choice', options: [{ value: 'answer-1' }, { value: 'answer-2' }] },
      ],
      boxes: [{ channel: 'email' }, { channel: 'email' }],
      magnet: { delivery: { kind: 'link' } },
    });
  });

  test('see the very page people will see while they write, and no way to tick a box for them', async () => {
    const frame = page.frameLocator('iframe');
    await page.getByRole('radiogroup', { name: words.previewLanguage }).getByText(t.words.language.en, { exact: true }).click();
    await frame.getByText('Herb club').first().waitFor();
    await frame.getByText('Favourite herb').first().waitFor();
    expect(await frame.getByRole('checkbox').count()).toBe(2);
    expect(await frame.locator('input[type=checkbox]:checked').count()).toBe(0);
    for (const name of ['sent', 'mail', 'confirm', 'done'] as const) {
      await page.getByLabel(words.previewPage, { exact: true }).selectOption(name);
      await page.getByTitle(words.previewOf(words.pages[name], t.words.language.en)).waitFor();
    }
    // Every checkbox of the builder says what it is for; none of them ticks anything in advance.
    for (const checkbox of await page.getByRole('checkbox').all()) {
      const name = await checkbox.evaluate('(box) => box.labels[0]?.textContent');
      if (name) expect([words.required, words.sensitive]).toContain(name);
    }
    expect(await page.getByText(words.boxesLead).count()).toBe(1);
  });

  test.runIf(viewport.width < 600)('write one language at a time on a phone, and are led back to the other', async () => {
    const shown = page.getByRole('radiogroup', { name: words.shownLanguages });
    await shown.getByText(t.words.language.bg, { exact: true }).click();
    await text('title', 'en').waitFor({ state: 'hidden' });
    await text('title', 'bg').fill('');
    await shown.getByText(t.words.language.en, { exact: true }).click();
    await text('title', 'bg').waitFor({ state: 'hidden' });
    await page.getByRole('listitem').filter({ hasText: 'text-missing' }).first().getByRole('button').click();
    await page.locator('[data-place="title"] input[lang=bg]:focus').fill('Билкарски клуб');
    expect(await text('title', 'en').isVisible()).toBe(true);
    await saved();
  });

  test('move a field by keys, and hear where it is', async () => {
    await button(words.moveUp(words.ownField('favourite_herb'))).focus();
    await page.keyboard.press('ArrowUp');
    await page
      .locator('[data-place="fields.0"]')
      .getByRole('heading', { name: words.ownField('favourite_herb') })
      .waitFor();
    await page
      .getByRole('status')
      .getByText(words.moved(words.ownField('favourite_herb'), 1, 2))
      .waitFor();
    await page.keyboard.press('ArrowDown');
    await page
      .locator('[data-place="fields.1"]')
      .getByRole('heading', { name: words.ownField('favourite_herb') })
      .waitFor();
  });

  test('are refused a box that names nobody, are led to it, mend it, and publish', async () => {
    await write('boxes.1.label', offence);
    await page.getByText('unnamed-recipients').first().waitFor();
    await saved();
    await button(words.publish(1)).click();
    await page.getByRole('alert').getByText(words.publishRefused).waitFor();
    expect((await fetch(`${server.url}/f/herb-club`)).status).toBe(410);
    expect(await seriousProblems(page)).toEqual([]);

    const found = page.getByRole('listitem').filter({ hasText: 'unnamed-recipients' }).first();
    for (const part of [words.blocks, words.fix, words.article]) expect(await found.innerText()).toContain(part);
    await found.getByRole('button').click();
    const focused = page.locator(':is(input, textarea):focus');
    expect(await focused.inputValue()).toContain('{company}');
    expect(await focused.getAttribute('aria-invalid')).toBe('true');

    // Also whoever is quicker than the linter is refused, by the server.
    await write('boxes.1.label', mended);
    await page.getByText('unnamed-recipients').first().waitFor({ state: 'detached' });
    await page.route('**/api/v1/forms/lint', (route) => route.fulfill({ json: { findings: [] } }));
    // In other words than before, whose findings are known already.
    await write('boxes.1.label', {
      bg: offence.bg.replace('работилници', 'срещи'),
      en: offence.en.replace('workshops', 'meetings'),
    });
    await saved();
    await button(words.publish(1)).click();
    await page.unroute('**/api/v1/forms/lint');
    await dialog()
      .getByRole('button', { name: words.publish(1) })
      .click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByRole('alert').getByText(words.publishRefused).waitFor();
    expect((await fetch(`${server.url}/f/herb-club`)).status).toBe(410);

    await write('boxes.1.label', mended);
    await page.getByText('unnamed-recipients').first().waitFor({ state: 'detached' });
    await saved();
    await button(words.publish(1)).click();
    await dialog().getByText(words.publishFirst).waitFor();
    await dialog()
      .getByRole('button', { name: words.publish(1) })
      .click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByText(t.forms.versionOnline(1)).waitFor();
    expect((await fetch(`${server.url}/f/herb-club`)).status).toBe(200);
  });

  test('get answers from somebody without JavaScript', async () => {
    const visitor = await newVisitor(browser, server.url, { language });
    await visitor.open(`${server.url}/f/herb-club?lang=${language}`);
    await letTimePass(visitor.page, stage.keys);
    await visitor.page.locator('input[name=email]').fill('rosa@example.bg');
    await visitor.page.locator('[name=favourite_herb]').first().evaluate('(field) => field.tagName');
    await chooseHerb(visitor.page, 'answer-2');
    expect(await visitor.page.locator('input[type=checkbox]:checked').count()).toBe(0);
    await visitor.page.locator('input[name=consent][value="workshops:email"]').check();
    await visitor.press(language === 'bg' ? 'Изпращане' : 'Send');
    expect(new URL(visitor.page.url()).pathname).toBe('/f/herb-club/check-mail');
    expect(await visitor.leave()).toEqual([]);
    const [submission] = await ask<{ answers: Record<string, string>; boxes: { ticked: boolean }[] }>(
      server,
      `select s.answers, s.boxes from submission s join form_version v on v.id = s.form_version_id join form f on f.id = v.form_id
        where f.slug = 'herb-club'`,
    );
    expect(submission?.answers).toMatchObject({ favourite_herb: 'answer-2' });
    expect(submission?.boxes.map(({ ticked }) => ticked)).toEqual([false, true]);
  });

  test('choose whose words go on when two write at once, and lose neither', async () => {
    const id = formPath.split('/').at(-1);
    const draft = await stage.api<{ revision: number; definition: object }>('GET', `/forms/${id}/draft`);
    await stage.api('PUT', `/forms/${id}/draft`, {
      revision: draft.revision,
      definition: { ...draft.definition, title: { bg: 'Клуб на билкарите', en: 'Club of herbalists' } },
    });
    await write('title', { bg: 'Клуб „Билки“', en: 'The herb club' });
    await dialog().getByText(words.conflictTitle).waitFor();
    expect(await dialog().innerText()).toContain('Club of herbalists');
    expect(await dialog().innerText()).toContain('The herb club');
    expect(await seriousProblems(page)).toEqual([]);
    await dialog().getByRole('button', { name: words.takeTheirs }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(await text('title', 'en').inputValue()).toBe('Club of herbalists');
    await page.getByText(t.forms.draft, { exact: true }).waitFor();
    await button(words.bringBack).click();
    expect(await text('title', 'en').inputValue()).toBe('The herb club');
    await saved();
  });

  test('publish again, and see both versions and what is different between them', async () => {
    await saved();
    await button(words.publish(2)).click();
    await dialog().getByText('The herb club').waitFor();
    expect(await dialog().innerText()).toContain('Herb club');
    await dialog()
      .getByRole('button', { name: words.publish(2) })
      .click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByText(t.forms.versionOnline(2)).waitFor();

    await page.getByRole('link', { name: t.forms.tab.versions, exact: true }).click();
    const table = page.getByRole('table', { name: t.formVersions.title });
    await table.getByRole('rowheader', { name: t.common.version(2) }).waitFor();
    await table.getByRole('rowheader', { name: t.common.version(1) }).waitFor();
    const difference = page.getByRole('table', { name: t.formVersions.compareTitle });
    await difference.getByRole('deletion').getByText('Herb club', { exact: true }).waitFor();
    await difference.getByRole('insertion').getByText('The herb club', { exact: true }).waitFor();
    expect(await difference.getByRole('row').count()).toBe(3);
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('keep every script that somebody writes into a text from running, in the fields and in the preview', async () => {
    const id = formPath.split('/').at(-1);
    const draft = await stage.api<{ revision: number; definition: object }>('GET', `/forms/${id}/draft`);
    const [script, attribute, raw] = [
      `<script>alert('text')</script>`,
      `"><img src=x onerror=alert('attribute')>`,
      `</textarea></iframe><svg/onload=alert('svg')>`,
    ] as const;
    const hostile = { bg: script, en: attribute };
    const definition = scripted(draft.definition, hostile) as Record<string, unknown>;
    const own = {
      ...definition,
      sent: { title: hostile, text: { bg: raw, en: raw } },
      mail: { subject: hostile, text: hostile },
    };
    await stage.api('PUT', `/forms/${id}/draft`, { revision: draft.revision, definition: own });
    await admin(formPath);
    expect(await text('title', 'en').inputValue()).toBe(attribute);
    const frame = page.frameLocator('iframe');
    for (const spoken of ['bg', 'en'] as const) {
      await page
        .getByRole('radiogroup', { name: words.previewLanguage })
        .getByText(t.words.language[spoken], { exact: true })
        .click();
      for (const name of ['form', 'sent', 'mail', 'confirm', 'done'] as const) {
        await page.getByLabel(words.previewPage, { exact: true }).selectOption(name);
        await page.getByTitle(words.previewOf(words.pages[name], t.words.language[spoken])).waitFor();
        await frame.getByText('alert(').first().waitFor();
        expect(await frame.locator('script, [onerror], [onload]').count()).toBe(0);
      }
    }
    await admin(`${formPath}/versions`);
    await page.getByRole('insertion').first().waitFor();
    expect(seen.violations).toEqual([]);
    await admin(formPath);
    await button(words.discard).click();
    await page.getByText(words.asideTitle).waitFor();
    expect(await text('title', 'en').inputValue()).toBe('The herb club');
  });

  test('name a site, copy the form for it, and see how far people come', async () => {
    await admin(`${formPath}/embedding`);
    const sites = t.formSites;
    await button(sites.addSite).click();
    await page.getByLabel(`${sites.site} 1`).fill('shop.example/page');
    await button(sites.saveSites).click();
    await page.locator('[aria-invalid=true]').waitFor();
    await page.getByLabel(`${sites.site} 1`).fill('https://shop.example');
    await button(sites.saveSites).click();
    await page.getByText(sites.sitesSaved).waitFor();
    const markup = await page.getByRole('textbox', { name: sites.form, exact: true }).inputValue();
    expect(markup).toContain(`${server.url}/f/herb-club`);
    expect(markup).not.toMatch(/\schecked|<script/);
    expect(await page.getByRole('textbox', { name: sites.frame, exact: true }).inputValue()).toContain('<iframe');

    await page.getByRole('link', { name: t.forms.tab.results, exact: true }).click();
    await page.getByRole('row').filter({ hasText: t.formResults.stepNames.accepted }).getByText('1', { exact: true }).waitFor();
    await putAside(server, stage);
    await button(t.formResults.look).click();
    await page.getByText(t.formResults.reasons.trap).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await button(t.formResults.removeOf('program@example.com')).click();
    await page.getByText(t.formResults.noHeld).waitFor();
  });

  test('whoever may only read sees texts and no field', async () => {
    const reader = await newContext(browser, { language, viewport, colorScheme });
    await signInAs(server, stage, reader, { role: 'auditor', language });
    const other = await reader.newPage();
    await openScreen(other, `${server.url}/admin${formPath}`);
    await other.getByText(words.readOnlyLead).waitFor();
    await other.getByText('The herb club').first().waitFor();
    expect(await other.locator('main :is(input, textarea, select)').count()).toBe(0);
    expect(await other.getByRole('button', { name: words.publish(3) }).count()).toBe(0);
    expect(await seriousProblems(other)).toEqual([]);
    await reader.close();
  });

  test('meet no error, no dialog nobody asked for and no foreign host on the way', () => {
    expect([...seen.violations, ...seen.foreign]).toEqual([]);
  });

  async function addBox(slug: string): Promise<void> {
    const { data } = await stage.api<{ data: { slug: string; id: string }[] }>('GET', '/purposes');
    await button(words.addBox).click();
    await dialog()
      .getByLabel(words.boxPurpose, { exact: true })
      .selectOption(data.find((one) => one.slug === slug)?.id ?? '');
    await dialog().getByRole('button', { name: words.addBox }).click();
    await dialog().waitFor({ state: 'hidden' });
  }
});

async function chooseHerb(page: Page, value: string): Promise<void> {
  const field = page.locator('[name=favourite_herb]').first();
  if ((await field.evaluate('(element) => element.tagName')) === 'SELECT') await field.selectOption(value);
  else await page.locator(`[name=favourite_herb][value="${value}"]`).check();
}

/** The same form with these words in every text. */
function scripted(value: unknown, words: { bg: string; en: string }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => scripted(one, words));
  if ('bg' in value && 'en' in value) return words;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scripted(inner, words)]));
}

/** What a program sends that fills in whatever it finds. */
async function putAside(server: Server, { keys }: Stage): Promise<void> {
  const page = await (await fetch(`${server.url}/f/herb-club`)).text();
  const token = agedToken(keys, /name="_form" value="([^"]+)"/.exec(page)?.[1] ?? '', 5000);
  const fields = { _form: token, email: 'program@example.com', website: 'https://example.com', consent: 'newsletter:email' };
  expect((await postForm(`${server.url}/f/herb-club`, fields)).status).toBe(303);
}

/** The purpose says that it needs the answer to the authors' own question; a field nothing needs is not published. */
async function askWorkshopsForHerbs({ api }: Stage): Promise<void> {
  const { data } = await api<{ data: { id: string; slug: string; dataCategories: string[] }[] }>('GET', '/purposes');
  const workshops = data.find(({ slug }) => slug === 'workshops');
  if (!workshops) throw new Error('the stage has no workshops');
  const { id, slug: _slug, dataCategories, ...rest } = workshops as typeof workshops & Record<string, unknown>;
  const {
    version: _version,
    isSystem: _isSystem,
    archivedAt: _archivedAt,
    counts: _counts,
    ...terms
  } = rest as Record<string, unknown>;
  await api('PUT', `/purposes/${id}`, { ...terms, isMaterial: true, dataCategories: [...dataCategories, 'favourite_herb'] });
}
