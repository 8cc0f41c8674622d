import { html } from 'hono/html';
import { tickBox } from '#platform/html/form-parts.ts';
import { formatDay, formatMoment } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
import { maskAddress, publicPage, type Setting } from '#src/forms/public-page.ts';
import type { Notice } from '#src/notices/find-notice.ts';
import type { Permission } from '#src/permission/permissions-of.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { ReceiptMention } from '#src/receipts/list-receipts.ts';
import { historySection, receiptLinks } from '#src/receipts/pages.ts';

/** Value of a choice in the form: `newsletter:email`. */
export function choiceValue(choice: Permission): string {
  return `${choice.purpose.slug}:${choice.channel}`;
}

export interface Change {
  readonly what: 'stopped' | 'objected' | 'asked' | 'not-asked';
  readonly value: string;
}

interface PreferencesPage {
  readonly token: string;
  readonly email: string | undefined;
  readonly choices: readonly Permission[];
  /** Since when something waits for confirmation, by choice value. */
  readonly pending: ReadonlyMap<string, Date>;
  readonly changes: readonly Change[] | undefined;
  readonly inFlight: Date | undefined;
  /** Newest first. */
  readonly history: readonly ReceiptMention[];
  readonly isWholeHistory: boolean;
}

/** What a person receives, and every way to change it, on one page. */
export function preferencesPage(setting: Setting, page: PreferencesPage): Response {
  const { texts, language } = setting;
  const words = texts.preferences;
  const stopAll = html`<button class="act" name="answer" value="stop-all">${words.stopAll}</button>`;
  return publicPage(setting, {
    title: words.title,
    switcher: `/p/${page.token}`,
    main: html`${changesOf(setting, page)}<h1>${words.title}</h1>
<p>${page.email ? words.intro(maskAddress(page.email)) : words.introNoAddress}</p>
<form method="post" action="/p/${page.token}?lang=${language}">
<button hidden name="answer" value="save">${words.save}</button>
<div class="choices">${stopAll}</div>
${
  page.choices.length === 0
    ? html`<p>${words.none}</p>`
    : html`<fieldset><legend>${words.legend}</legend>${page.choices.map((choice, at) => choiceBox(setting, page, choice, at))}</fieldset>
<p class="hint">${words.newNeedsMail}</p>
<div class="choices"><button class="act" name="answer" value="save">${words.save}</button>${stopAll}</div>`
}
</form>
<p>${texts.withdrawNote}</p>
<section class="box"><h2>${words.service}</h2><p>${words.serviceText}</p></section>
${historySection(setting, page.history, page.isWholeHistory)}`,
  });
}

function choiceBox(setting: Setting, page: PreferencesPage, choice: Permission, at: number): Html {
  const { texts, language } = setting;
  const value = choiceValue(choice);
  return html`<input type="hidden" name="shown" value="${value}">${tickBox({
    id: `choice-${at}`,
    name: 'choice',
    value,
    label: `${choice.purpose.name[language]} – ${texts.preferences.channels[choice.channel]}`,
    ticked: choice.allowed,
    state: stateOf(setting, page, choice),
  })}`;
}

function stateOf(setting: Setting, page: PreferencesPage, choice: Permission): Html {
  const { texts, language, controller } = setting;
  const words = texts.preferences;
  const since = choice.since ? formatDay(choice.since, language, controller.timeZone) : '';
  const pending = page.pending.get(choiceValue(choice));
  if (choice.allowed) {
    const seen = choice.notice
      ? html` <a href="/notices/${choice.notice.slug}/${choice.notice.version}?lang=${choice.notice.language}">${words.seeText}</a>`
      : '';
    return html`${groundOf(setting, choice, since)}${seen}`;
  }
  if (pending) return html`${words.pending(formatDay(pending, language, controller.timeZone))}`;
  switch (choice.reason) {
    case 'consent-withdrawn':
      return html`${words.withdrawn(since)}`;
    case 'consent-expired':
      return html`${words.expired(since)}`;
    case 'objected':
      return html`${words.objected(since)}`;
    case 'restricted':
      return html`${words.restricted}`;
    case 'suppressed':
    case 'basis-ended':
      return html`${words.stopped}`;
    default:
      return html`${words.never}`;
  }
}

/** Why something is sent, in words that hold for this person: not everybody written to without consent is a customer. */
function groundOf({ texts }: Setting, choice: Permission, since: string): string {
  if (choice.permissionGround === 'consent') return texts.preferences.given(since);
  if (choice.permissionGround === 'soft-opt-in') return texts.preferences.ofCustomer(since);
  return texts.privacyNotice.basis[choice.purpose.legalBasis];
}

function changesOf(setting: Setting, page: PreferencesPage): Html | string {
  const { texts, language, controller } = setting;
  const words = texts.preferences;
  if (!page.changes) return '';
  const lines = page.changes.flatMap((change) => {
    const choice = page.choices.find((one) => choiceValue(one) === change.value);
    if (!choice) return [];
    const say = { stopped: words.stopped1, objected: words.objected1, asked: words.asked1, 'not-asked': words.notAsked1 }[
      change.what
    ];
    return [say(choice.purpose.name[language], words.channels[choice.channel])];
  });
  return html`<div class="told" role="status"><h2>${words.changedTitle}</h2>${
    lines.length > 0 ? html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>` : html`<p>${words.nothingChanged}</p>`
  }${page.inFlight ? html`<p>${texts.unsubscribe.inFlight(formatMoment(page.inFlight, language, controller.timeZone))}</p>` : ''}</div>`;
}

interface UnsubscribePage {
  readonly token: string;
  readonly purpose: Purpose | undefined;
  readonly email: string | undefined;
  readonly preferences: string;
}

/** One question, one button. */
export function unsubscribePage(setting: Setting, page: UnsubscribePage): Response {
  const words = setting.texts.unsubscribe;
  const title = words.title(page.purpose?.name[setting.language] ?? '…');
  return publicPage(setting, {
    title,
    switcher: `/u/${page.token}`,
    main: html`<h1>${title}</h1>${page.email ? html`<p>${words.forAddress(maskAddress(page.email))}</p>` : ''}
<form method="post" action="/u/${page.token}?lang=${setting.language}"><button class="act" name="answer" value="unsubscribe">${words.button}</button></form>`,
  });
}

/** What stopped, that it holds now, and one step back for whoever pressed a forwarded mail's link. */
export function unsubscribedPage(
  setting: Setting,
  page: UnsubscribePage & {
    readonly stoppedBefore?: Date | undefined;
    readonly inFlight?: Date | undefined;
    readonly receipts: readonly ReceiptMention[];
  },
): Response {
  const { texts, language, controller } = setting;
  const words = texts.unsubscribe;
  return publicPage(setting, {
    title: words.doneTitle,
    switcher: `/u/${page.token}`,
    main: html`<h1>${words.doneTitle}</h1>
<p class="lead">${page.stoppedBefore ? words.already(formatDay(page.stoppedBefore, language, controller.timeZone)) : words.doneText}</p>
${page.inFlight ? html`<p>${words.inFlight(formatMoment(page.inFlight, language, controller.timeZone))}</p>` : ''}${receiptLinks(setting, page.receipts)}
${
  page.email
    ? html`<section class="box"><h2>${words.undoTitle}</h2><p>${words.undoText}</p>
<form method="post" action="/u/${page.token}?lang=${language}"><button class="act" name="answer" value="undo">${words.undo}</button></form></section>
<p><a href="${page.preferences}">${words.more}</a></p>`
    : ''
}`,
  });
}

export function undonePage(setting: Setting, token: string): Response {
  const words = setting.texts.unsubscribe;
  return publicPage(setting, {
    title: words.undoneTitle,
    switcher: `/u/${token}`,
    main: html`<h1>${words.undoneTitle}</h1><p class="lead">${words.undoneText}</p>`,
  });
}

interface WhyPage {
  readonly token: string;
  readonly email: string;
  readonly sentAt: Date;
  readonly purpose: Purpose;
  readonly because: string;
  readonly notice: { readonly slug: string; readonly version: number } | undefined;
  readonly unsubscribe: string | undefined;
  readonly preferences: string;
}

/** Why this very message was sent, and every way to stop it. */
export function whyPage(setting: Setting, page: WhyPage): Response {
  const { texts, language, controller } = setting;
  const words = texts.why;
  const { recipients } = page.purpose;
  const line = (term: string, text: Html | string) => html`<dt>${term}</dt><dd>${text}</dd>`;
  return publicPage(setting, {
    title: words.title,
    switcher: `/why/${page.token}`,
    main: html`<h1>${words.title}</h1><p class="lead">${page.because}</p>
${page.notice ? html`<p><a href="/notices/${page.notice.slug}/${page.notice.version}?lang=${language}">${words.seeText}</a></p>` : ''}
<dl>${line(words.sentTo, maskAddress(page.email))}${line(words.sentAt, formatMoment(page.sentAt, language, controller.timeZone))}${line(
      words.about,
      page.purpose.name[language],
    )}${line(words.usedData, words.usedEmail)}${line(
      words.recipients,
      recipients.length > 0
        ? recipients.map(({ name, role, country }) => `${name} (${role}, ${country})`).join('; ')
        : words.noRecipients,
    )}${line(words.tracking, words.noTracking)}</dl>
<div class="choices">${page.unsubscribe ? html`<a class="act" href="${page.unsubscribe}">${words.stopThis}</a>` : ''}<a class="act" href="${page.preferences}">${words.stopAll}</a></div>
<form method="post" action="/why/${page.token}?lang=${language}"><button class="act" name="answer" value="not-mine">${words.notMine}</button></form>`,
  });
}

/** A text people were shown, exactly as it was, in every language it was shown in. */
export function noticePage(setting: Setting, slug: string, version: number, notices: readonly Notice[]): Response {
  const { texts, language, controller } = setting;
  const words = texts.notice;
  const title = words.title(slug, version);
  const ordered = [...notices].sort((one, other) => Number(other.language === language) - Number(one.language === language));
  return publicPage(setting, {
    title,
    switcher: `/notices/${slug}/${version}`,
    headers: { 'cache-control': 'public, max-age=86400' },
    main: html`<h1>${title}</h1>${ordered.map(
      (notice) => html`<section class="box" lang="${notice.language}"><pre>${notice.body}</pre></section>
<p class="soft">${words.recorded(formatDay(notice.recordedAt, language, controller.timeZone))} ${words.hash}: <code>${notice.hash}</code></p>`,
    )}`,
  });
}

/** Who we are, what we use data for, which rights there are (Art. 13): from the register, always as it stands. */
export function privacyPage(
  setting: Setting,
  purposes: readonly { readonly name: string; readonly lines: readonly string[] }[],
  more: readonly string[],
): Response {
  const words = setting.texts.privacyNotice;
  const { controller } = setting;
  return publicPage(setting, {
    title: words.heading,
    switcher: '/notices',
    main: html`<h1>${words.heading}</h1><p>${words.controller(controller.name, controller.registrationNumber, controller.address)}</p>
${purposes.map((purpose) => html`<h2>${purpose.name}</h2>${purpose.lines.map((line) => html`<p>${line}</p>`)}`)}
<h2>${words.moreHeading}</h2>${more.map((line) => html`<p>${line}</p>`)}`,
  });
}

export function accessibilityPage(setting: Setting): Response {
  const { texts, controller } = setting;
  const words = texts.accessibility;
  return publicPage(setting, {
    title: words.title,
    switcher: '/accessibility',
    main: html`<h1>${words.title}</h1>${words.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}<p>${words.law}</p>${
      controller.email ? html`<p>${words.report(controller.email)}</p>` : ''
    }`,
  });
}

/** After "this is not my subscription". */
export function notMinePage(setting: Setting, token: string): Response {
  const words = setting.texts.why;
  return publicPage(setting, {
    title: words.notMineTitle,
    switcher: `/why/${token}`,
    main: html`<h1>${words.notMineTitle}</h1><p class="lead">${words.notMineText}</p>`,
  });
}
