import { readLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { seeOther } from '#platform/http/reply.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { awaitHandOvers } from '#src/delivery/await-hand-overs.ts';
import { pageEvidence } from '#src/forms/evidence.ts';
import { languageOf, settingOf } from '#src/forms/public-page.ts';
import { findEntry } from '#src/ledger/find-entry.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import { preferencesAddress } from '#src/preferences/links.ts';
import { stalePage } from '#src/preferences/stale-page.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import { agreeToApproach, declineApproach } from './answer-approach.ts';
import { findApproach, obstacleTo } from './find-approach.ts';
import { answeredPage, closedPage, questionPage } from './pages.ts';
import { questionText } from './question-text.ts';

type Call = Parameters<Page['handle']>[0];

/** Where people answer what we ask of our own accord. GET shows, POST acts; no login. */
export const approachPages: readonly Page[] = [
  definePage({
    method: 'GET',
    path: '/answer/:token',
    policy: 'public',
    handle: (call) => showApproach(call, call.query.get('done') === 'unclear' ? 'unclear' : undefined),
  }),

  definePage({
    method: 'POST',
    path: '/answer/:token',
    policy: 'public',
    async handle(call) {
      const { services } = call;
      const approachId = idOf(call);
      const language = languageOf(call);
      if (!approachId) return stalePage(await settingOf(call.db, language));
      const fields = await call.readForm();
      const here = `/answer/${call.params.token}?lang=${language}`;
      const answering = { approachId, language, evidence: pageEvidence(services, call) };
      switch (fields.get('answer')) {
        case 'yes': {
          const shownHash = fields.get('shown') ?? '';
          const outcome = await inTransaction(services.db, (tx) => agreeToApproach(tx, services, { ...answering, shownHash }));
          return outcome === 'text-changed' ? showApproach(call, 'text-changed') : seeOther(here);
        }
        case 'no': {
          await inTransaction(services.db, (tx) => declineApproach(tx, answering));
          const approach = await findApproach(services.db, approachId);
          const [inFlight] = approach ? await awaitHandOvers(services.db, approach.contactId) : [];
          return seeOther(inFlight ? `${here}&under-way=${inFlight.at.getTime()}` : here);
        }
        default:
          return seeOther(`${here}&done=unclear`);
      }
    },
  }),
];

async function showApproach(call: Call, problem?: 'unclear' | 'text-changed'): Promise<Response> {
  const token = call.params.token ?? '';
  const approachId = idOf(call);
  const approach = approachId ? await findApproach(call.db, approachId) : undefined;
  const setting = await settingOf(call.db, languageOf(call, approach?.language));
  if (!approachId) return stalePage(setting);
  if (!approach || approach.cause === 'told') return closedPage(setting, { token });
  const page = {
    token,
    approach,
    purpose: await getPurpose(call.db, approach.purposeId),
    preferences: preferencesAddress(call.services, approach.contactId),
  };
  if (approach.answer === 'yes' || approach.answer === 'no') {
    const underWay = call.query.get('under-way');
    const inFlight = underWay && /^\d{13}$/.test(underWay) ? new Date(Number(underWay)) : undefined;
    return answeredPage(setting, { ...page, inFlight });
  }
  const point = await findPrimaryEmail(call.db, approach.contactId);
  const text = await questionText(call.db, page.purpose, setting.language, approach.channel);
  const obstacle = await obstacleTo(call.db, approach.id);
  if (obstacle || !text || point?.pointId !== approach.contactPointId) return closedPage(setting, page);
  const entry = approach.entryId ? await findEntry(call.db, approach.entryId) : undefined;
  const notice = entry?.noticeHash ? await findNoticeByHash(call.db, entry.noticeHash) : undefined;
  return questionPage(setting, {
    ...page,
    email: point.address,
    text,
    since: entry?.occurredAt,
    oldText: notice && `/notices/${notice.slug}/${notice.version}?lang=${notice.language}`,
    problem,
  });
}

function idOf(call: Call): string | undefined {
  const read = readLinkToken(call.services.keys, 'approach', call.params.token ?? '', call.services.now());
  return typeof read === 'string' ? undefined : read.ids[0];
}
