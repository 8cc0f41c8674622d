import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Keys } from '#platform/crypto/keys.ts';
import { publicTexts as texts } from '#src/languages/bg/public.ts';
import { newContext, openBrowser, PHONE, seriousProblems, watch } from '#test/support/browser.ts';
import { type ForeignSite, openForeignSite } from '#test/support/foreign-site.ts';
import { linksOf, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { ask, type Server, startServer } from '#test/support/server.ts';
import { agedToken, keysOf } from '#test/support/server-forms.ts';
import { type Api, apiOf, signIn } from '#test/support/server-stage.ts';

let server: Server;
let keys: Keys;
let browser: Browser;
let mail: Mailbox;
let shop: ForeignSite;
let stranger: ForeignSite;
let api: Api;
let snippets: Record<'form' | 'formWithScript' | 'frame', string>;

beforeAll(async () => {
  mail = await openMailbox();
  [server, browser, shop, stranger] = await Promise.all([
    startServer({ env: { SMTP_URL: mail.smtpUrl } }),
    openBrowser(),
    openForeignSite(),
    openForeignSite(),
  ]);
  keys = await keysOf(server);
  api = apiOf(server, await signIn(server));
  const [form] = (await api<{ data: Form[] }>('GET', '/forms')).data;
  if (!form) throw new Error('set-up made no form');
  const thanks = `${shop.origin}/thanks`;
  await api('PUT', `/forms/${form.id}/sites`, { sites: [shop.origin], returnAddresses: [thanks] });
  const box = { purpose: form.published.definition.boxes[0]?.purpose, channel: 'email' };
  await api('PUT', `/forms/${form.id}/mappings`, { mappings: [{ field: 'l', value: listId, ...box }] });
  const made = await api<{ snippets: { bg: typeof snippets } }>('GET', `/forms/${form.id}/snippets`);
  snippets = made.snippets.bg;
  for (const site of [shop, stranger]) {
    site.put('/plain', snippets.form);
    site.put('/script', snippets.formWithScript);
    site.put('/frame', snippets.frame);
    site.put('/mailchimp', mailchimp(server.url));
    site.put('/listmonk', listmonk(server.url));
  }
  const back = await api<{ snippets: { bg: typeof snippets } }>(
    'GET',
    `/forms/${form.id}/snippets?returnAddress=${encodeURIComponent(thanks)}`,
  );
  shop.put('/back', back.snippets.bg.formWithScript);
  shop.put('/thanks', '<p>Благодарим!</p>');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([shop?.close(), stranger?.close()]);
  await server?.remove();
  await mail?.close();
});

interface Form {
  readonly id: string;
  readonly published: { readonly definition: { readonly boxes: { readonly purpose: string }[] } };
}

const listId = '6c0ad5b4-9f5c-4d3b-8b3c-0a1b2c3d4e5f';

/** As Mailchimp's "Embedded forms" gives it out, with our address in place of theirs. */
const mailchimp = (url: string) => `<div id="mc_embed_signup">
<form action="${url}/f/newsletter" method="post" id="mc-embedded-subscribe-form" name="mc-embedded-subscribe-form" class="validate" target="_self" novalidate>
<div id="mc_embed_signup_scroll"><h2>Абонамент</h2><div class="indicates-required"><span class="asterisk">*</span> indicates required</div>
<div class="mc-field-group"><label for="mce-EMAIL">Email Address <span class="asterisk">*</span></label><input type="email" name="EMAIL" class="required email" id="mce-EMAIL" required value=""></div>
<div class="mc-field-group"><label for="mce-FNAME">First Name</label><input type="text" name="FNAME" class="text" id="mce-FNAME" value=""></div>
<div class="mc-field-group input-group"><strong>Interests</strong><ul><li><input type="checkbox" name="group[3412][1]" id="mce-group[3412]-3412-0" value="1" checked><label for="mce-group[3412]-3412-0">News</label></li></ul></div>
<div id="mergeRow-gdpr" class="mergeRow gdpr-mergeRow content__gdprBlock mc-field-group"><fieldset class="mc_fieldset gdprRequired mc-field-group" name="interestgroup_field"><label class="checkbox subfield" for="gdpr12345"><input type="checkbox" id="gdpr_12345" name="gdpr[12345]" class="gdpr" value="Y"><span>Email</span></label></fieldset></div>
<div id="mce-responses" class="clear"><div class="response" id="mce-error-response" style="display:none"></div></div>
<div aria-hidden="true" style="position:absolute;left:-5000px"><input type="text" name="b_0a1b2c3d4e5f60718293a4b5c_6789abcdef" tabindex="-1" value=""></div>
<div class="clear"><input type="submit" name="subscribe" id="mc-embedded-subscribe" class="button" value="Subscribe"></div>
</div></form></div>`;

/** As listmonk's "Forms" page gives it out, with our address in place of its own. */
const listmonk = (url: string) => `<form method="post" action="${url}/f/newsletter" class="listmonk-form"><div>
<h3>Subscribe</h3><input type="hidden" name="nonce" />
<p><input type="email" name="email" required placeholder="E-mail" /></p>
<p><input type="text" name="name" placeholder="Name (optional)" /></p>
<p><input id="6c0ad" type="checkbox" name="l" checked value="${listId}" /><label for="6c0ad">News</label></p>
<input type="submit" value="Subscribe" /></div></form>`;

const sent = async (address: string) =>
  ask<{ shown: string; page: string | null; boxes: number; given_name: string | null }>(
    server,
    `select s.evidence->>'shown' as shown, s.evidence->>'page' as page, jsonb_array_length(s.boxes) as boxes,
            s.answers->>'given_name' as given_name
       from submission s join contact_point p using (contact_id) where p.match_key = $1`,
    [address],
  );
const people = async () =>
  (
    await ask<{ n: number }>(
      server,
      `select (select count(*) from contact)::int + (select count(*) from submission)::int
  + (select count(*) from held_submission)::int as n`,
    )
  )[0]?.n;

/** Opens a page of another site; closes with what it did that it should not. */
async function visit<T>(url: string, work: (page: Page, context: BrowserContext) => Promise<T>, scripts = true): Promise<T> {
  const context = await newContext(browser, { viewport: PHONE, scripts, language: 'bg' });
  try {
    const page = await context.newPage();
    await page.goto(url);
    const result = await work(page, context);
    expect(await context.cookies()).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}
const fill = async (page: Page, address: string, name = 'Мария') => {
  await page.getByLabel('Имейл адрес').fill(address);
  await page.getByLabel('Име (по избор)').fill(name);
};
const box = /^Давам съгласие/;

describe('on a site the form is meant for', () => {
  test('the frame shows it, grows with it, and leads to the mailbox without leaving the site', async () => {
    const seen = await visit(`${shop.origin}/frame`, async (page) => {
      const { violations } = watch(page, server.url);
      const element = page.locator('iframe');
      const frame = page.frameLocator('iframe');
      await frame.locator('h1').waitFor();
      // Exactly as tall as what is in it, in both directions.
      const height = async () => [
        (await element.boundingBox())?.height,
        await frame.locator('body').evaluate('document.body.offsetHeight'),
      ];
      await expect.poll(async () => new Set(await height()).size, { timeout: 5000 }).toBe(1);
      await frame.getByText(texts.privacyNotice.moreHeading).click();
      await expect.poll(async () => new Set(await height()).size, { timeout: 5000 }).toBe(1);

      await fillFrame(page);
      const token = frame.locator('input[name=_form]');
      const aged = agedToken(keys, await token.inputValue(), 5000);
      await token.evaluate((input, value) => input.setAttribute('value', value), aged);
      await frame.getByRole('button', { name: 'Абонирам се', exact: true }).last().click();
      await frame.getByRole('heading', { name: texts.checkMail.title }).waitFor();
      expect(page.url()).toBe(`${shop.origin}/frame`);
      await expect.poll(async () => new Set(await height()).size, { timeout: 5000 }).toBe(1);
      return violations;
    });
    expect(seen).toEqual([]);
    expect(await sent('framed@example.bg')).toMatchObject([{ shown: 'here', given_name: 'Мария' }]);
    const asked = await mail.take('framed@example.bg');
    expect(linksOf(asked).confirm).toContain('/confirm/');

    async function fillFrame(page: Page): Promise<void> {
      const frame = page.frameLocator('iframe');
      await frame.getByLabel('Имейл адрес').fill('framed@example.bg');
      await frame.getByLabel('Име (по избор)').fill('Мария');
      await frame.getByLabel(box).check();
    }
  });

  test('the frame works without scripts too, and opens what leads away in a window of its own', async () => {
    await visit(
      `${shop.origin}/frame`,
      async (page, context) => {
        const frame = page.frameLocator('iframe');
        await frame.getByLabel('Имейл адрес').fill('wrong');
        await frame.getByRole('button', { name: 'Абонирам се', exact: true }).last().click();
        await frame.getByRole('alert').waitFor();
        expect(await frame.locator('#errors:focus').count()).toBe(1);
        const [opened] = await Promise.all([
          context.waitForEvent('page'),
          frame.getByRole('link', { name: texts.footer.notice }).click(),
        ]);
        await opened.waitForLoadState();
        expect(opened.url()).toContain(`${server.url}/notices`);
        expect(page.url()).toBe(`${shop.origin}/frame`);
      },
      false,
    );
  });

  test('the embedded page has no serious barrier', async () => {
    await visit(`${server.url}/f/newsletter/embed?lang=bg`, async (page) => {
      expect(await seriousProblems(page)).toEqual([]);
    });
  });

  test.each([
    ['without the script', '/plain', true],
    ['with the script, where scripts are off', '/script', false],
  ])('a copied form is taken %s and leads to our page', async (_, path, scripts) => {
    const address = `copied-${path.slice(1)}@example.bg`;
    await visit(
      shop.origin + path,
      async (page) => {
        await fill(page, address);
        expect(await page.getByLabel(box).isChecked()).toBe(false);
        await page.getByLabel(box).check();
        await page.getByRole('button', { name: 'Абонирам се' }).click();
        expect(await page.locator('h1').innerText()).toBe(texts.checkMail.title);
        expect(new URL(page.url()).origin).toBe(server.url);
        expect(page.url()).not.toContain('example.bg');
      },
      scripts,
    );
    expect(await sent(address)).toMatchObject([{ shown: 'elsewhere', page: shop.origin, given_name: 'Мария' }]);
    await mail.take(address);
  });

  test('a copied form with the script says what is wrong beside the field, keeps what was typed, and is taken in place', async () => {
    await visit(`${shop.origin}/script`, async (page) => {
      const { violations } = watch(page, server.url);
      await fill(page, 'maria(at)example.bg');
      await page.getByRole('button', { name: 'Абонирам се' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).toBe(texts.problemTitle);
      const email = page.getByLabel('Имейл адрес');
      expect(await email.getAttribute('aria-invalid')).toBe('true');
      expect(await page.locator('input[name=email]:focus').count()).toBe(1);
      expect(await describedBy(page, 'input[name=email]')).toContain(texts.form.errors.emailInvalid);
      expect(await describedBy(page, 'input[name=consent]')).toContain(texts.form.errors.noBox);
      expect(await page.getByLabel('Име (по избор)').inputValue()).toBe('Мария');

      await email.fill('scripted@example.bg');
      await page.getByLabel(box).check();
      await page.getByRole('button', { name: 'Абонирам се' }).click();
      const status = page.getByRole('status');
      await status.waitFor();
      expect(await status.innerText()).toContain(texts.checkMail.title);
      expect(await status.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
      expect(page.url()).toBe(`${shop.origin}/script`);
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(violations).toEqual([]);
    });
    expect(await sent('scripted@example.bg')).toMatchObject([{ shown: 'elsewhere', page: shop.origin }]);
    await mail.take('scripted@example.bg');
  });

  test('people come back to the page the site chose, with the script and without', async () => {
    for (const scripts of [true, false]) {
      await visit(
        `${shop.origin}/back`,
        async (page) => {
          await fill(page, `back-${scripts}@example.bg`);
          await page.getByLabel(box).check();
          await page.getByRole('button', { name: 'Абонирам се' }).click();
          await page.waitForURL(`${shop.origin}/thanks`);
        },
        scripts,
      );
      expect(await sent(`back-${scripts}@example.bg`)).toHaveLength(1);
    }
  });

  test('a Mailchimp form nobody has explained agrees to nothing: our own form asks, and keeps what was typed', async () => {
    await visit(`${shop.origin}/mailchimp`, async (page) => {
      await page.locator('#mce-EMAIL').fill('chimp@example.bg');
      await page.locator('#mce-FNAME').fill('Мария');
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await page.getByText(texts.form.choose.title).waitFor();
      expect(new URL(page.url()).pathname).toBe('/f/newsletter');
      expect(await sent('chimp@example.bg')).toEqual([]);
      expect(await page.getByLabel('Имейл адрес').inputValue()).toBe('chimp@example.bg');
      expect(await page.getByLabel('Име (по избор)').inputValue()).toBe('Мария');
      expect(await page.getByLabel(box).isChecked()).toBe(false);
      await page.getByLabel(box).check();
      const token = page.locator('input[name=_form]');
      const aged = agedToken(keys, await token.inputValue(), 5000);
      await token.evaluate((input, value) => input.setAttribute('value', value), aged);
      await page.getByRole('button', { name: 'Абонирам се', exact: true }).last().click();
      expect(await page.locator('h1').innerText()).toBe(texts.checkMail.title);
    });
    expect(await sent('chimp@example.bg')).toMatchObject([{ shown: 'here', given_name: 'Мария' }]);
  });

  test('a listmonk form whose list was explained is taken as it is', async () => {
    await visit(`${shop.origin}/listmonk`, async (page) => {
      await page.getByPlaceholder('E-mail').fill('monk@example.bg');
      await page.getByPlaceholder('Name (optional)').fill('Мария');
      await page.getByRole('button', { name: 'Subscribe' }).click();
      expect(await page.locator('h1').innerText()).toBe(texts.checkMail.title);
    });
    expect(await sent('monk@example.bg')).toMatchObject([{ shown: 'elsewhere', page: shop.origin, given_name: 'Мария' }]);
  });
});

describe('on a site it is not meant for', () => {
  test('the browser refuses the frame', async () => {
    await visit(`${stranger.origin}/frame`, async (page) => {
      await expect.poll(() => page.frames().length).toBe(2);
      await expect.poll(() => page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/');
      expect(await page.frameLocator('iframe').locator('form').count()).toBe(0);
    });
  });

  test('its scripts can send nothing and read nothing, and nothing is stored', async () => {
    const before = await people();
    await visit(`${stranger.origin}/plain`, async (page) => {
      const attempts = await page.evaluate(`(async () => {
        const url = ${JSON.stringify(`${server.url}/f/newsletter`)};
        const body = new URLSearchParams({ email: 'stolen@example.bg', consent: 'newsletter:email' });
        const json = JSON.stringify({ email: 'stolen@example.bg', consent: 'newsletter:email' });
        const tried = [];
        for (const options of [
          { method: 'POST', body },
          { method: 'POST', body, mode: 'no-cors' },
          { method: 'POST', body: json, headers: { 'content-type': 'application/json' } },
          { method: 'POST', body: json, mode: 'no-cors' },
          { method: 'GET' },
        ]) tried.push(await fetch(url, options).then((answer) => answer.type, () => 'refused'));
        return tried;
      })()`);
      expect(attempts).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
    });
    expect(await people()).toBe(before);
  });

  test('our script does not run there, and a copied form goes the ordinary way', async () => {
    await visit(`${stranger.origin}/script`, async (page) => {
      await fill(page, 'ordinary@example.bg');
      await page.getByRole('button', { name: 'Абонирам се' }).click();
      await page.getByRole('alert').waitFor();
      expect(new URL(page.url()).origin).toBe(server.url);
      expect(await page.getByLabel('Имейл адрес').inputValue()).toBe('ordinary@example.bg');
    });
    expect(await sent('ordinary@example.bg')).toEqual([]);
  });

  test('a frame without an origin of its own has no more rights', async () => {
    const before = await people();
    const inner = `<script>fetch(${JSON.stringify(`${server.url}/f/newsletter`)}, { method: 'POST', body: new URLSearchParams({ email: 'null@example.bg', consent: 'newsletter:email' }) }).then(() => parent.postMessage('read', '*'), () => parent.postMessage('refused', '*'))</script>`;
    shop.put(
      '/sandbox',
      `<script>addEventListener('message', (event) => { document.title = event.data })</script><iframe sandbox="allow-scripts" srcdoc="${inner.replaceAll('"', '&quot;')}"></iframe>`,
    );
    await visit(`${shop.origin}/sandbox`, async (page) => {
      await expect.poll(() => page.title(), { timeout: 5000 }).toBe('refused');
    });
    expect(await people()).toBe(before);
  });
});

async function describedBy(page: Page, selector: string): Promise<string> {
  const ids = (await page.locator(selector).first().getAttribute('aria-describedby')) ?? '';
  const said = await Promise.all(ids.split(' ').map((id) => page.locator(`[id="${id}"]`).innerText()));
  return said.join(' ');
}
