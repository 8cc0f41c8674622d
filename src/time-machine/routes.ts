import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { findEntry } from '#src/ledger/find-entry.ts';
import { surfaces } from '#src/notices/keep-page.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { compareTexts } from './compare-texts.ts';
import { findSeen, findTodays, type Seen, type Which } from './find-seen-page.ts';
import { textOfPage } from './text-of-page.ts';

const which = z.enum([...surfaces, 'text']);

const about = {
  policy: { right: 'ledger.read', scope: 'ledger.read' },
  params: z.object({ id: publicId('led') }),
  query: z.strictObject({ which: which.optional() }),
} as const;

const seenShape = z.object({
  which,
  available: z.array(which),
  language: z.enum(languages),
  /** When the person saw it. */
  moment,
  form: z
    .object({ id: z.string(), slug: z.string(), version: z.int(), publishedAt: moment, publishedVersion: z.int().nullable() })
    .nullable(),
  shownHere: z.boolean().nullable(),
});

export const timeMachineEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/ledger/entries/:id/page',
    summary: 'The page as the person of this entry saw it, byte for byte, with what they ticked',
    ...about,
    reply: seenShape
      .extend({
        /** When these bytes were kept; reconstructed: only afterwards, in the recorded words. */
        kept: z.object({ at: moment, isReconstructed: z.boolean(), htmlHash: z.string(), stylesheetHash: z.string() }).nullable(),
        html: z.string().nullable(),
        stylesheet: z.string().nullable(),
        /** Whether the ticks on the page are the person's. */
        boxesKnown: z.boolean(),
        notice: z.object({ slug: z.string(), version: z.int(), hash: z.string(), body: z.string() }).nullable(),
      })
      .meta({ id: 'SeenPage' }),
    async handle({ db, params: { id }, query, caller, requestId }) {
      const seen = await getSeen(db, { id, which: query.which, caller, requestId });
      const { page, notice } = seen;
      return {
        ...presentSeen(seen),
        kept: page
          ? {
              at: page.keptAt.toISOString(),
              isReconstructed: page.isReconstructed,
              htmlHash: page.htmlHash,
              stylesheetHash: page.stylesheetHash,
            }
          : null,
        html: seen.html ?? null,
        stylesheet: page?.stylesheet ?? null,
        boxesKnown: seen.boxesKnown,
        notice: notice ? { slug: notice.slug, version: notice.version, hash: notice.hash, body: notice.body } : null,
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/ledger/entries/:id/difference',
    summary: 'What the same page says otherwise today, word by word',
    ...about,
    reply: seenShape
      .extend({
        /** False when the page is not shown any more. */
        isShownToday: z.boolean(),
        isSame: z.boolean(),
        parts: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
      })
      .meta({ id: 'PageDifference' }),
    async handle({ db, params: { id }, query, caller, requestId }) {
      const seen = await getSeen(db, { id, which: query.which, caller, requestId });
      const before = seen.page ? textOfPage(seen.page.html) : (seen.notice?.body ?? '');
      const today = await findTodays(db, seen);
      const after = today && ('text' in today ? today.text : textOfPage(today.html));
      const parts = after === undefined ? [] : compareTexts(before, after);
      return {
        ...presentSeen(seen),
        isShownToday: after !== undefined,
        isSame: after === before,
        parts: [...parts],
      };
    },
  }),
];

/** @throws AppError 404 when there is no such entry, 404 `nothing-seen` when it names no page. */
async function getSeen(
  db: Database,
  asked: { id: string; which: Which | undefined; caller: Caller; requestId: string },
): Promise<Seen> {
  const entry = await findEntry(db, asked.id);
  if (!entry) throw notFound();
  const seen = await findSeen(db, entry, asked.which);
  if (!seen || (seen.which !== 'text' && !seen.page)) throw new AppError('nothing-seen', { status: 404 });
  await recordAudit(db, {
    actor: actorOf(asked.caller),
    action: 'ledger.viewed',
    subject: { kind: 'contact', id: entry.contactId },
    detail: { entry: asked.id, page: seen.which },
    requestId: asked.requestId,
  });
  return seen;
}

function presentSeen({ which, available, language, moment, form, shownHere }: Seen): z.input<typeof seenShape> {
  return {
    which,
    available: [...available],
    language,
    moment: moment.toISOString(),
    form: form
      ? {
          id: toPublicId('frm', form.id),
          slug: form.slug,
          version: form.version,
          publishedAt: form.publishedAt.toISOString(),
          publishedVersion: form.publishedVersion ?? null,
        }
      : null,
    shownHere: shownHere ?? null,
  };
}
