import { readLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { formatDay } from '#platform/html/format-date.ts';
import { seeOther } from '#platform/http/reply.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { findContactState } from '#src/contacts/find-contact-state.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { findDelivery } from '#src/delivery/find-delivery.ts';
import { rejectSubmission } from '#src/forms/confirm-submission.ts';
import { pageEvidence } from '#src/forms/evidence.ts';
import { findSubmission, listPendingBoxes } from '#src/forms/find-submission.ts';
import { declineForChild } from '#src/forms/guardians.ts';
import { languageOf, plainPage, type Setting, settingOf } from '#src/forms/public-page.ts';
import { purposeLines } from '#src/forms/show-form.ts';
import { languages } from '#src/languages/languages.ts';
import { findEntry } from '#src/ledger/find-entry.ts';
import { livingOf } from '#src/merging/find-living.ts';
import { findNotice, findNoticeByHash } from '#src/notices/find-notice.ts';
import { findPurpose, listPurposes } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { listReceiptsOf } from '#src/receipts/list-receipts.ts';
import { askForConsent } from './ask-for-consent.ts';
import { keepPreferencesPage } from './keep-preferences-page.ts';
import { preferencesAddress, unsubscribeAddress } from './links.ts';
import {
  accessibilityPage,
  type Change,
  choiceValue,
  noticePage,
  notMinePage,
  preferencesPage,
  privacyPage,
  undonePage,
  unsubscribedPage,
  unsubscribePage,
  whyPage,
} from './pages.ts';
import { sendPreferencesLink } from './send-preferences-link.ts';
import { linkSentPage, stalePage } from './stale-page.ts';
import { listChoices, type Stopped, stopChoices, stopEverything, stopPurpose } from './stop.ts';

type Call = Parameters<Page['handle']>[0];

/** Entries the preference centre shows: a page stays small, whatever somebody did in ten years. */
const HISTORY = 20;

/** What a person sees and decides about what they receive. No page needs a login; a link alone can only stop things. */
export const preferencePages: readonly Page[] = [
  definePage({
    method: 'GET',
    path: '/p/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const [linkedId] = idsOf(call, 'preferences', token);
      const contactId = linkedId && (await livingOf(call.db, linkedId));
      const setting = await settingFor(call);
      if (!contactId || !(await findContactState(call.db, contactId))) return stalePage(setting);
      const choices = await listChoices(call.db, contactId);
      const pending = await listPendingBoxes(call.db, contactId);
      const history = await listReceiptsOf(call.services, call.db, contactId, HISTORY + 1);
      return preferencesPage(setting, {
        token,
        email: (await findPrimaryEmail(call.db, contactId))?.address,
        choices,
        pending: new Map(
          choices.flatMap((choice) => {
            const asked = pending.find((one) => one.purposeId === choice.purpose.id && one.channel === choice.channel);
            return asked ? [[choiceValue(choice), asked.since] as const] : [];
          }),
        ),
        changes: call.query.has('saved') ? call.query.getAll('change').flatMap(changeOf) : undefined,
        inFlight: momentOf(call.query.get('under-way')),
        history: history.slice(0, HISTORY),
        isWholeHistory: history.length <= HISTORY,
      });
    },
  }),

  definePage({
    method: 'POST',
    path: '/p/:token',
    policy: 'public',
    async handle(call) {
      const { services } = call;
      const token = call.params.token ?? '';
      const [linkedId] = idsOf(call, 'preferences', token);
      const contactId = linkedId && (await livingOf(call.db, linkedId));
      const setting = await settingFor(call);
      if (!linkedId || !contactId || !(await findContactState(call.db, contactId))) return stalePage(setting);
      const fields = await call.readForm();
      const evidence = pageEvidence(services, call);
      // What this person has just decided on is kept before the decision is, should it look otherwise than ever before.
      await inTransaction(services.db, (tx) => keepPreferencesPage(tx, [setting.language]));
      const stop = { contactId: linkedId, language: setting.language, method: 'preference-centre' as const, evidence };
      const back = (changes: readonly Change[], stopped: Stopped | undefined) =>
        seeOther(`/p/${token}?${savedQuery(setting, changes, stopped)}`);

      if (fields.get('answer') === 'change-address') {
        // This link may have been forwarded: a fresh message to the address itself opens the way to change it.
        const point = await findPrimaryEmail(call.db, contactId);
        const email = point ? readEmail(point.address) : undefined;
        if (email && !('problem' in email)) {
          await sendPreferencesLink(services, { matchKey: email.matchKey, ip: call.ip, template: 'change-address' });
        }
        return seeOther(`/p-sent?lang=${setting.language}`);
      }
      if (fields.get('answer') === 'stop-all') {
        const stopped = await stopEverything(services, stop);
        return back(stopped.ended.map(changeFrom), stopped);
      }
      const choices = await listChoices(call.db, contactId);
      const wanted = new Set(fields.getAll('choice'));
      const onPage = new Set(fields.getAll('shown'));
      const seen = choices.filter((choice) => onPage.has(choiceValue(choice)));
      const asKey = (list: typeof seen) => list.map((choice) => ({ purposeId: choice.purpose.id, channel: choice.channel }));
      const unticked = seen.filter((choice) => choice.allowed && !wanted.has(choiceValue(choice)));
      // What was allowed when the page was made and was stopped since in another window is asked for, never restored.
      const ticked = seen.filter((choice) => !choice.allowed && wanted.has(choiceValue(choice)));

      const stopped = unticked.length > 0 ? await stopChoices(services, stop, asKey(unticked)) : undefined;
      const wish = { contactId, choices: asKey(ticked), language: setting.language, ip: call.ip, evidence };
      const sent = ticked.length > 0 ? await askForConsent(services, wish) : [];
      const asked = ticked
        .filter((choice) => choice.purpose.legalBasis === 'consent')
        .map((choice): Change => {
          const isSent = sent.some((one) => one.purposeId === choice.purpose.id && one.channel === choice.channel);
          return { what: isSent ? 'asked' : 'not-asked', value: choiceValue(choice) };
        });
      return back([...(stopped?.ended.map(changeFrom) ?? []), ...asked], stopped);
    },
  }),

  definePage({
    method: 'GET',
    path: '/p',
    policy: 'public',
    handle: async (call) => stalePage(await settingFor(call)),
  }),

  definePage({
    method: 'POST',
    path: '/p',
    policy: 'public',
    async handle(call) {
      const setting = await settingFor(call);
      const typed = (await call.readForm()).get('email') ?? '';
      const email = readEmail(typed);
      if ('problem' in email) return stalePage(setting, { typed, problem: setting.texts.form.errors.emailInvalid });
      const outcome = await sendPreferencesLink(call.services, { matchKey: email.matchKey, ip: call.ip });
      if (outcome === 'too-many') {
        return plainPage(setting, setting.texts.form.tooMany, { status: 429, address: '/p', headers: { 'retry-after': '3600' } });
      }
      return seeOther(`/p-sent?lang=${setting.language}`);
    },
  }),

  definePage({
    method: 'GET',
    path: '/p-sent',
    policy: 'public',
    handle: async (call) => linkSentPage(await settingFor(call)),
  }),

  definePage({
    method: 'GET',
    path: '/u/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const [linkedId, purposeId] = idsOf(call, 'unsubscribe', token);
      const contactId = linkedId && (await livingOf(call.db, linkedId));
      const setting = await settingFor(call);
      if (!linkedId || !contactId || !purposeId) return stalePage(setting);
      const purpose = await findPurpose(call.db, purposeId);
      const page = {
        token,
        purpose,
        email: (await findPrimaryEmail(call.db, contactId))?.address,
        // Their own link, not the united record's: the records may be taken apart again.
        preferences: preferencesAddress(call.services, linkedId),
      };
      if (call.query.get('done') === 'undo') return undonePage(setting, token);
      const choice = (await listChoices(call.db, contactId)).find(
        (one) => one.purpose.id === purposeId && one.channel === 'email',
      );
      const inFlight = momentOf(call.query.get('under-way'));
      if (call.query.get('done') === 'stopped' && !choice?.allowed) {
        return unsubscribedPage(setting, { ...page, inFlight, receipts: await receiptOfStop(call, contactId, purposeId) });
      }
      if (choice && !choice.allowed && (choice.reason === 'consent-withdrawn' || choice.reason === 'objected') && choice.since) {
        return unsubscribedPage(setting, {
          ...page,
          stoppedBefore: choice.since,
          receipts: await receiptOfStop(call, contactId, purposeId),
        });
      }
      return unsubscribePage(setting, page);
    },
  }),

  definePage({
    method: 'POST',
    path: '/u/:token',
    policy: 'public',
    async handle(call) {
      const { services } = call;
      const token = call.params.token ?? '';
      const [linkedId, purposeId] = idsOf(call, 'unsubscribe', token);
      const contactId = linkedId && (await livingOf(call.db, linkedId));
      const fields = await call.readForm();
      const isOneClick = fields.get('List-Unsubscribe') === 'One-Click';
      const setting = await settingFor(call);
      if (!linkedId || !contactId || !purposeId) return stalePage(setting);
      const evidence = pageEvidence(services, call);

      if (fields.get('answer') === 'undo') {
        const choices = [{ purposeId, channel: 'email' }];
        await askForConsent(services, { contactId, choices, language: setting.language, ip: call.ip, evidence });
        return seeOther(`/u/${token}?done=undo&lang=${setting.language}`);
      }
      const purpose = await findPurpose(call.db, purposeId);
      const stop = {
        contactId: linkedId,
        language: setting.language,
        method: isOneClick ? ('one-click' as const) : ('unsubscribe-page' as const),
        evidence,
      };
      const stopped = purpose ? await stopPurpose(services, stop, purpose) : undefined;
      // RFC 8058: no page, no redirect, no cookie; the same every time, also when the person was erased long ago.
      if (isOneClick) return new Response('OK\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
      return seeOther(`/u/${token}?done=stopped&lang=${setting.language}${underWay(stopped)}`);
    },
  }),

  definePage({
    method: 'GET',
    path: '/why/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const [deliveryId] = idsOf(call, 'why', token);
      const delivery = deliveryId ? await findDelivery(call.db, deliveryId) : undefined;
      if (deliveryId && call.query.get('done') === 'not-mine') return notMinePage(await settingFor(call), token);
      const setting = await settingOf(call.db, languageOf(call, delivery?.language));
      const purpose = delivery ? await findPurpose(call.db, delivery.purposeId) : undefined;
      if (!delivery || !purpose) return stalePage(setting);
      const entry = delivery.allowedBy ? await findEntry(call.db, delivery.allowedBy) : undefined;
      const submission = delivery.parameters.submission
        ? await findSubmission(call.db, delivery.parameters.submission)
        : undefined;
      const hash = entry?.noticeHash ?? submission?.version.noticeHashes[submission.language];
      const notice = hash ? await findNoticeByHash(call.db, hash) : undefined;
      return whyPage(setting, {
        token,
        email: delivery.to,
        sentAt: delivery.settledAt ?? delivery.createdAt,
        purpose,
        because: becauseOf(setting, { purpose, entry, submission, template: delivery.template }),
        notice,
        unsubscribe: purpose.isMarketing ? unsubscribeAddress(call.services, delivery) : undefined,
        preferences: preferencesAddress(call.services, delivery.contactId),
      });
    },
  }),

  definePage({
    method: 'POST',
    path: '/why/:token',
    policy: 'public',
    async handle(call) {
      const { services } = call;
      const token = call.params.token ?? '';
      const [deliveryId] = idsOf(call, 'why', token);
      const fields = await call.readForm();
      const setting = await settingFor(call);
      if (!deliveryId) return stalePage(setting);
      const here = `/why/${token}?lang=${setting.language}`;
      if (fields.get('answer') !== 'not-mine') return seeOther(here);

      const delivery = await findDelivery(call.db, deliveryId);
      const submissionId = delivery?.parameters.submission;
      if (delivery) {
        const stop = {
          contactId: delivery.contactId,
          language: setting.language,
          method: 'not-mine' as const,
          evidence: pageEvidence(services, call),
        };
        await stopEverything(services, stop);
      }
      if (submissionId) {
        // A parent who knows nothing of the child's request answers it with a no.
        const isParent = delivery.template === 'confirm-for-child';
        await inTransaction(services.db, (tx) =>
          isParent ? declineForChild(tx, submissionId, 'not-me') : rejectSubmission(tx, { submissionId }),
        );
      }
      return seeOther(`${here}&done=not-mine`);
    },
  }),

  definePage({
    method: 'GET',
    path: '/notices/:slug/:version',
    policy: 'public',
    async handle(call) {
      const slug = call.params.slug ?? '';
      const version = Number(/^[1-9]\d{0,8}$/.exec(call.params.version ?? '')?.[0] ?? 0);
      const setting = await settingFor(call);
      const found = await Promise.all(languages.map((language) => findNotice(call.db, slug, version, language)));
      const notices = found.filter((notice) => notice !== undefined);
      if (notices.length > 0) return noticePage(setting, slug, version, notices);
      const words = setting.texts.notice;
      return plainPage(setting, { title: words.missingTitle, text: words.missingText }, { status: 404, address: '/notices' });
    },
  }),

  definePage({
    method: 'GET',
    path: '/notices',
    policy: 'public',
    async handle(call) {
      const setting = await settingFor(call);
      const { texts, controller, language } = setting;
      const words = texts.privacyNotice;
      const purposes = await listPurposes(call.db);
      const weighed = purposes.some(({ legalBasis }) => legalBasis === 'legitimate-interests' || legalBasis === 'public-task');
      const described = purposes.map((purpose) => ({ name: purpose.name[language], lines: purposeLines(purpose, language) }));
      return privacyPage(setting, described, [
        words.rights,
        // Art. 21(1) and (4): said wherever data are used on a basis that one may object to.
        ...(weighed ? [words.objection] : []),
        texts.withdrawNote,
        words.automated,
        ...(controller.dpoName && controller.dpoEmail ? [words.dpo(controller.dpoName, controller.dpoEmail)] : []),
        ...(controller.email ? [words.contact(controller.email, controller.phone)] : []),
        words.complaint,
      ]);
    },
  }),

  definePage({
    method: 'GET',
    path: '/accessibility',
    policy: 'public',
    handle: async (call) => accessibilityPage(await settingFor(call)),
  }),
];

/** The newest word about this purpose on e-mail, when it is a no. */
async function receiptOfStop(call: Call, contactId: string, purposeId: string) {
  const receipts = await listReceiptsOf(call.services, call.db, contactId);
  const newest = receipts.find((one) => one.purposeId === purposeId && one.channel === 'email');
  return newest && (newest.kind === 'consent-withdrawn' || newest.kind === 'consent-refused' || newest.kind === 'objected')
    ? [newest]
    : [];
}

async function settingFor(call: Call): Promise<Setting> {
  return settingOf(call.db, languageOf(call));
}

function idsOf(call: Call, kind: string, token: string): string[] {
  const read = readLinkToken(call.services.keys, kind, token, call.services.now());
  return typeof read === 'string' ? [] : read.ids;
}

function changeFrom(ended: Stopped['ended'][number]): Change {
  return { what: ended.as === 'withdrawal' ? 'stopped' : 'objected', value: `${ended.purposeSlug}:${ended.channel}` };
}

/** What was done travels in the address, in words of ours only: there is no cookie to keep it in. */
function savedQuery(setting: Setting, changes: readonly Change[], stopped: Stopped | undefined): string {
  const query = new URLSearchParams({ lang: setting.language, saved: '1' });
  for (const change of changes) query.append('change', `${change.what}:${change.value}`);
  return query.toString() + underWay(stopped);
}

function changeOf(text: string): Change[] {
  const [, what, value] = /^(stopped|objected|asked|not-asked):([a-z0-9-]{1,60}:[a-z]{1,10})$/.exec(text) ?? [];
  return what && value ? [{ what: what as Change['what'], value }] : [];
}

function underWay(stopped: Stopped | undefined): string {
  const [first] = stopped?.inFlight ?? [];
  return first ? `&under-way=${first.at.getTime()}` : '';
}

function momentOf(text: string | null): Date | undefined {
  return text && /^\d{13}$/.test(text) ? new Date(Number(text)) : undefined;
}

function becauseOf(
  setting: Setting,
  about: {
    purpose: Pick<Purpose, 'legalBasis'>;
    entry: Awaited<ReturnType<typeof findEntry>>;
    submission: Awaited<ReturnType<typeof findSubmission>>;
    template: string;
  },
): string {
  const { texts, controller, language } = setting;
  const day = (at: Date) => formatDay(at, language, controller.timeZone);
  const { entry, submission } = about;
  if (about.template === 'confirm-consent' && submission) return texts.why.asked(day(submission.createdAt));
  if (about.template === 'confirm-for-child' && submission) return texts.why.parent(day(submission.createdAt));
  if (about.template === 'requested-information' && submission) return texts.why.requested(day(submission.createdAt));
  if (about.template === 'preferences-link') return texts.stale.askText;
  if (entry?.kind === 'consent-given' || entry?.kind === 'consent-renewed') {
    return texts.why.consented(day(entry.occurredAt), submission?.version.definition.title[language] ?? '–');
  }
  if (!entry) return texts.why.no;
  return entry.permissionGround === 'soft-opt-in' ? texts.why.customer : texts.privacyNotice.basis[about.purpose.legalBasis];
}
