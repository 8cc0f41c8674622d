import { html } from 'hono/html';
import { notFound } from '#platform/app-error.ts';
import { formatMoment } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { languageOf, publicPage, type Setting, settingOf } from '#src/forms/public-page.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { findLogKeys, type LogKey } from './find-log-keys.ts';
import { readTilePath } from './tile-path.ts';
import { readTiles } from './tiles.ts';

// A log is for anybody's program to read, from anybody's page.
const forAnyone = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

/**
 * The log as the world sees it (C2SP tlog-tiles). Entries are not served: a leaf is a commitment, and what it commits to is
 * given to the person concerned alone, in their receipt.
 */
export const logPages: Page[] = [
  definePage({
    method: 'GET',
    path: '/ledger/checkpoint',
    policy: 'public',
    async handle({ db }) {
      const checkpoint = await findLastCheckpoint(db);
      if (!checkpoint) throw notFound();
      return new Response(checkpoint.note, {
        headers: { ...forAnyone, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=2' },
      });
    },
  }),
  definePage({
    method: 'GET',
    path: '/ledger/tile/*',
    policy: 'public',
    async handle({ db, path }) {
      const tile = readTilePath(path.slice('/ledger/'.length));
      const [hashes] = tile ? await readTiles(db, [tile]) : [];
      if (!hashes) throw notFound();
      return new Response(new Uint8Array(hashes), {
        headers: {
          ...forAnyone,
          'content-type': 'application/octet-stream',
          'cache-control': 'public, max-age=31536000, immutable',
        },
      });
    },
  }),
  definePage({
    method: 'GET',
    path: '/ledger/keys.json',
    policy: 'public',
    async handle({ db }) {
      const keys = await findLogKeys(db);
      return Response.json(
        { keys: keys.map(({ vkey, from, until }) => ({ vkey, from: from.toISOString(), until: until?.toISOString() ?? null })) },
        { headers: { ...forAnyone, 'cache-control': 'public, max-age=60' } },
      );
    },
  }),
  definePage({
    method: 'GET',
    path: '/ledger/keys',
    policy: 'public',
    async handle(call) {
      const setting = await settingOf(call.db, languageOf(call));
      return keysPage(setting, await findLogKeys(call.db));
    },
  }),
];

function keysPage(setting: Setting, [current, ...past]: readonly LogKey[]): Response {
  const { log } = setting.texts;
  return publicPage(setting, {
    title: log.title,
    switcher: '/ledger/keys',
    main: html`<h1>${log.title}</h1><p class="lead">${log.lead}</p>
${current ? html`<h2>${log.current}</h2>${showKey(setting, current)}` : html`<p>${log.none}</p>`}
${past.length > 0 ? html`<h2>${log.past}</h2><p>${log.pastHint}</p>${past.map((key) => showKey(setting, key))}` : ''}
<h2>${log.how}</h2><p>${log.howText}</p>
<ul><li><a href="/ledger/checkpoint">${log.checkpoint}</a></li><li><a href="/ledger/keys.json">${log.machine}</a></li></ul>`,
  });
}

function showKey({ texts: { log }, language, controller }: Setting, { vkey, from, until }: LogKey): Html {
  const moment = (at: Date) => formatMoment(at, language, controller.timeZone);
  return html`<div class="box"><p><code>${vkey}</code></p><p class="soft">${
    until ? log.span(moment(from), moment(until)) : log.from(moment(from))
  }</p></div>`;
}
