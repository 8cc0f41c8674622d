import { html } from 'hono/html';
import { readLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { errorSummary, plainSummary, textField } from '#platform/html/form-parts.ts';
import { seeOther } from '#platform/http/reply.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { languageOf, maskAddress, publicPage, type Setting, settingOf } from '#src/forms/public-page.ts';
import { stalePage } from '#src/preferences/stale-page.ts';
import { readEmail } from './addresses.ts';
import { changeOwnAddress, isTaken } from './change-own-address.ts';
import { confirmAddress, disownAddress, findWaitingAddress } from './confirm-address.ts';

type Call = Parameters<Page['handle']>[0];

/** Where the owner of a new address says whether it is theirs. GET shows, POST acts. */
export const addressPages: readonly Page[] = [
  definePage({
    method: 'GET',
    path: '/address/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const pointId = idOf(call);
      const found = pointId ? await findWaitingAddress(call.db, pointId) : undefined;
      const setting = await settingOf(call.db, languageOf(call, found?.language));
      if (!pointId) return stalePage(setting);
      const words = setting.texts.address;
      if (found?.verifiedAt) return said(setting, token, { title: words.yesTitle, text: words.yesText });
      if (found) return ask(setting, token, found.address, call.query.get('done') === 'unclear');
      if (call.query.get('done') === 'removed') return said(setting, token, { title: words.noTitle, text: words.noText });
      return said(setting, token, { title: words.closedTitle, text: words.closedText, status: 410 });
    },
  }),

  definePage({
    method: 'POST',
    path: '/address/:token',
    policy: 'public',
    async handle(call) {
      const pointId = idOf(call);
      const language = languageOf(call);
      if (!pointId) return stalePage(await settingOf(call.db, language));
      const answer = (await call.readForm()).get('answer');
      const here = `/address/${call.params.token}?lang=${language}`;
      if (answer === 'yes') {
        await inTransaction(call.services.db, (tx) => confirmAddress(tx, pointId));
        return seeOther(here);
      }
      if (answer === 'no') {
        const outcome = await inTransaction(call.services.db, (tx) => disownAddress(tx, pointId));
        return seeOther(outcome === 'removed' ? `${here}&done=removed` : here);
      }
      return seeOther(`${here}&done=unclear`);
    },
  }),

  definePage({
    method: 'GET',
    path: '/new-address/:token',
    policy: 'public',
    async handle(call) {
      const setting = await settingOf(call.db, languageOf(call));
      if (call.query.get('done') === 'sent') {
        const words = setting.texts.newAddress;
        return said(setting, call.params.token ?? '', { title: words.doneTitle, text: words.doneText });
      }
      return idOf(call, 'new-address') ? newAddress(setting, call.params.token ?? '') : stalePage(setting);
    },
  }),

  definePage({
    method: 'POST',
    path: '/new-address/:token',
    policy: 'public',
    async handle(call) {
      const setting = await settingOf(call.db, languageOf(call));
      const token = call.params.token ?? '';
      const contactId = idOf(call, 'new-address');
      if (!contactId) return stalePage(setting);
      const typed = (await call.readForm()).get('email') ?? '';
      const email = readEmail(typed);
      if ('problem' in email) return newAddress(setting, token, typed);
      await inTransaction(call.services.db, (tx) => changeOwnAddress(tx, call.services, contactId, email)).catch(
        (thrown: unknown) => {
          if (!isTaken(thrown)) throw thrown;
        },
      );
      return seeOther(`/new-address/${token}?lang=${setting.language}&done=sent`);
    },
  }),
];

function newAddress(setting: Setting, token: string, typed?: string): Response {
  const { texts, language } = setting;
  const words = texts.newAddress;
  const problem = typed === undefined ? undefined : texts.form.errors.emailInvalid;
  return publicPage(setting, {
    title: words.title,
    failed: problem !== undefined,
    ...(problem ? { status: 422 } : {}),
    switcher: `/new-address/${token}`,
    main: html`${problem ? errorSummary(texts.problemTitle, [{ target: 'email', message: problem }]) : ''}<h1>${words.title}</h1>
<form method="post" novalidate action="/new-address/${token}?lang=${language}">
${textField({ id: 'email', name: 'email', label: words.label, hint: words.hint, value: typed ?? '', type: 'email', autocomplete: 'email', error: problem })}
<button class="act">${words.submit}</button></form>`,
  });
}

function ask(setting: Setting, token: string, address: string, unclear: boolean): Response {
  const { texts, language } = setting;
  const words = texts.address;
  return publicPage(setting, {
    title: words.title,
    failed: unclear,
    ...(unclear ? { status: 422 } : {}),
    switcher: `/address/${token}`,
    main: html`${unclear ? plainSummary(texts.problemTitle, texts.confirm.failedTitle) : ''}<h1>${words.title}</h1>
<p>${words.intro(maskAddress(address))}</p>
<form method="post" action="/address/${token}?lang=${language}"><div class="choices">
<button class="act" name="answer" value="yes">${words.yes}</button>
<button class="act" name="answer" value="no">${words.no}</button>
</div></form>`,
  });
}

function said(setting: Setting, token: string, page: { title: string; text: string; status?: number }): Response {
  return publicPage(setting, {
    title: page.title,
    ...(page.status ? { status: page.status } : {}),
    switcher: `/address/${token}`,
    main: html`<h1>${page.title}</h1><p class="lead">${page.text}</p>`,
  });
}

function idOf(call: Call, kind = 'address'): string | undefined {
  const read = readLinkToken(call.services.keys, kind, call.params.token ?? '', call.services.now());
  return typeof read === 'string' ? undefined : read.ids[0];
}
