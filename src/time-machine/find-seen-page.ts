import type { Database } from '#platform/database/connect.ts';
import { formatDay } from '#platform/html/format-date.ts';
import { findFormVersionOfSource, type SeenForm } from '#src/forms/find-form-version-of-source.ts';
import { findSubmission, type Submission } from '#src/forms/find-submission.ts';
import { DAYS_TO_CONFIRM, PREFERENCES_FORM } from '#src/forms/form.ts';
import { findGuardian } from '#src/forms/guardians.ts';
import type { Language } from '#src/languages/languages.ts';
import type { RecordedEntry } from '#src/ledger/find-entry.ts';
import { findKeptPage, type KeptPage } from '#src/notices/find-kept-page.ts';
import { findNewestNotice, findNoticeByHash, type Notice } from '#src/notices/find-notice.ts';
import type { Surface } from '#src/notices/keep-page.ts';
import { findController } from '#src/register/controller.ts';
import { fillPage } from './fill-page.ts';

/** A page somebody saw, or where none was ever ours to show, the recorded text alone. */
export type Which = Surface | 'text';

/** What an entry shows its person to have seen. */
export interface Seen {
  readonly which: Which;
  /** Everything there is to look at for this entry, in the order it was seen. */
  readonly available: readonly Which[];
  readonly language: Language;
  /** When it was seen. */
  readonly moment: Date;
  /** The form and version the entry rests on. */
  readonly form: SeenForm | undefined;
  /** Whether we showed the form ourselves; a copy on somebody else's site may have looked otherwise. Undefined: nothing says. */
  readonly shownHere: boolean | undefined;
  readonly page: KeptPage | undefined;
  /** The page with this person's own ticks and dates. */
  readonly html: string | undefined;
  /** Whether it is known which boxes were ticked. */
  readonly boxesKnown: boolean;
  readonly notice: Notice | undefined;
}

/** What pages acts of this method are done on, in the order they are seen. */
function surfacesOf(method: string, form: SeenForm | undefined, submission: Submission | undefined): Surface[] {
  const filledIn: Surface = form?.slug === PREFERENCES_FORM ? 'preferences' : 'form';
  switch (method) {
    case 'form':
      return form ? [filledIn] : [];
    case 'confirmation-page':
      return form ? [filledIn, ...(submission?.underAge ? (['parent'] as const) : []), 'confirmation'] : [];
    case 'preference-centre':
      return ['preferences'];
    case 'renewal-page':
      return ['renewal'];
    default:
      return [];
  }
}

/** Looks up what the person of this entry saw; undefined when the entry names no page and no text, or not this one. */
export async function findSeen(db: Database, entry: RecordedEntry, wanted?: Which): Promise<Seen | undefined> {
  const [form, notice, submission] = await Promise.all([
    findFormVersionOfSource(db, entry.sourceId),
    entry.noticeHash ? findNoticeByHash(db, entry.noticeHash) : undefined,
    submissionOf(db, entry),
  ]);
  const available: Which[] = [...surfacesOf(entry.method, form, submission), ...(notice ? (['text'] as const) : [])];
  // The moment of the act itself comes to mind first.
  const which = wanted ?? available.findLast((one) => one !== 'text') ?? available[0];
  if (!which || !available.includes(which)) return undefined;

  const isLast = which === available.findLast((one) => one !== 'text');
  const language = (isLast || which === 'text' ? entry.language : (submission?.language ?? entry.language)) ?? 'bg';
  const guardian = which === 'parent' && submission ? await findGuardian(db, submission.id) : undefined;
  const before = guardian?.confirmedAt ?? submission?.createdAt;
  const moment = isLast || which === 'text' ? entry.occurredAt : (before ?? entry.occurredAt);
  const { shown } = entry.evidence ?? {};
  const common = {
    which,
    available,
    language,
    moment,
    form,
    shownHere: shown === 'here' ? true : shown === 'elsewhere' ? false : undefined,
    notice,
  };
  if (which === 'text') return { ...common, page: undefined, html: undefined, boxesKnown: false };

  const page = await findKeptPage(db, { surface: which, language, formVersionId: versionIdFor(which, form) }, moment);
  const ticked = submission && which !== 'preferences' ? tickedValues(submission) : undefined;
  const html = page && fillPage(page.html, { dates: await datesOf(db, submission, language, which), ticked });
  return { ...common, page, html, boxesKnown: ticked !== undefined };
}

/** What whoever came to the same page today would see; undefined when it is not shown any more. */
export async function findTodays(db: Database, seen: Seen): Promise<{ text: string } | KeptPage | undefined> {
  const { which, language, form, notice } = seen;
  if (which === 'text') {
    const newest = notice && (await findNewestNotice(db, notice.slug, language));
    return newest && { text: newest.body };
  }
  const formVersionId = which === 'preferences' || which === 'renewal' ? undefined : form?.publishedVersionId;
  if (!formVersionId && which !== 'preferences' && which !== 'renewal') return undefined;
  return findKeptPage(db, { surface: which, language, formVersionId }, new Date(8.64e15));
}

function versionIdFor(surface: Surface, form: SeenForm | undefined): string | undefined {
  return surface === 'preferences' || surface === 'renewal' ? undefined : form?.versionId;
}

async function submissionOf(db: Database, entry: RecordedEntry): Promise<Submission | undefined> {
  const id = entry.evidence?.submission;
  if (typeof id !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  return findSubmission(db, id);
}

function tickedValues(submission: Submission): ReadonlySet<string> {
  const { boxes } = submission.version.shown[submission.language];
  const isTicked = (box: (typeof boxes)[number]) =>
    submission.boxes.some((one) => one.ticked && one.purpose === box.purposeId && one.channel === box.channel);
  return new Set(boxes.filter(isTicked).map((box) => box.value));
}

async function datesOf(
  db: Database,
  submission: Submission | undefined,
  language: Language,
  which: Surface,
): Promise<Record<string, string>> {
  if (!submission) return {};
  const zone = (await findController(db))?.timeZone ?? 'Europe/Sofia';
  return {
    asked: formatDay(submission.createdAt, language, zone),
    // Once a parent has agreed, the child has as long again; the parent was told the first day.
    until: formatDay(which === 'parent' ? firstDeadlineOf(submission) : submission.expiresAt, language, zone),
  };
}

function firstDeadlineOf({ createdAt }: Submission): Date {
  return new Date(createdAt.getTime() + DAYS_TO_CONFIRM * 86_400_000);
}
