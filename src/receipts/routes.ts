import { AppError, notFound } from '#platform/app-error.ts';
import { readLinkToken } from '#platform/crypto/link-token.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { languageOf, settingOf } from '#src/forms/public-page.ts';
import type { Evidence } from '#src/ledger/entry.ts';
import { unsubscribeAddress } from '#src/preferences/links.ts';
import { stalePage } from '#src/preferences/stale-page.ts';
import { checkAgainstLog } from './check-against-log.ts';
import { LARGEST_FILE } from './check-file.ts';
import { composeReceipt, receiptFile, receiptFormats } from './compose-receipt.ts';
import { findReceipt } from './find-receipt.ts';
import { erasedReceiptPage, receiptPage, verifiedPage, verifyPage } from './pages.ts';
import { receiptTexts } from './receipt-texts.ts';

type Call = Parameters<Page['handle']>[0];

/** Boundaries and field names around a file in a multipart body. */
const AROUND_A_FILE = 64 * 1024;

export const receiptPages: readonly Page[] = [
  definePage({
    method: 'GET',
    path: '/receipts/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const entryId = entryIdOf(call, token);
      const facts = entryId === undefined ? 'unknown' : await findReceipt(call.services, call.db, entryId);
      if (facts === 'unknown') return stalePage(await settingOf(call.db, languageOf(call)));
      if (facts === 'erased') return erasedReceiptPage(await settingOf(call.db, languageOf(call)), token);
      const { contactId, language, evidence, purpose, channel } = facts.entry;
      return receiptPage(await settingOf(call.db, languageOf(call, language)), {
        token,
        facts,
        email: (await findPrimaryEmail(call.db, contactId))?.address,
        stop:
          purpose && channel === 'email' ? unsubscribeAddress(call.services, { contactId, purposeId: purpose.id }) : undefined,
        mayDownload: mayBeGivenToLink(evidence),
      });
    },
  }),

  definePage({
    method: 'GET',
    path: '/receipts/:token/:file',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const entryId = entryIdOf(call, token);
      const format = receiptFormats.find((one) => call.params.file === `receipt.${one}`);
      if (!format) throw notFound();
      const facts = entryId === undefined ? 'unknown' : await findReceipt(call.services, call.db, entryId);
      if (entryId === undefined || facts === 'unknown') return stalePage(await settingOf(call.db, languageOf(call)));
      if (facts === 'erased') return erasedReceiptPage(await settingOf(call.db, languageOf(call)), token);
      if (!mayBeGivenToLink(facts.entry.evidence)) throw notFound();
      const receipt = await composeReceipt(call.services, call.db, entryId);
      if (receipt.outcome !== 'composed') throw new AppError('unavailable', { status: 503, headers: { 'retry-after': '5' } });
      const file = receiptFile(receipt, format);
      return new Response(file.body, {
        headers: {
          'content-type': file.mediaType,
          'content-disposition': `attachment; filename="${file.fileName}"`,
          'x-robots-tag': 'noindex',
        },
      });
    },
  }),

  definePage({
    method: 'GET',
    path: '/verify',
    policy: 'public',
    handle: async (call) => verifyPage(await settingOf(call.db, languageOf(call))),
  }),

  definePage({
    method: 'POST',
    path: '/verify',
    policy: 'public',
    bodyLimit: LARGEST_FILE + AROUND_A_FILE,
    async handle(call) {
      const setting = await settingOf(call.db, languageOf(call));
      const words = receiptTexts[setting.language].verify;
      const upload = await uploadOf(call);
      if (upload === 'too-large') return verifyPage(setting, { pasted: '', problem: words.tooLarge, status: 413 });
      // Browsers send the line breaks of a text as CR LF, and a signature covers every byte.
      const pasted = (upload.fields.get('pasted') ?? '').replaceAll('\r\n', '\n');
      const file = upload.files.get('file');
      const bytes = file ?? new TextEncoder().encode(pasted);
      if (bytes.length > LARGEST_FILE) return verifyPage(setting, { pasted: '', problem: words.tooLarge, status: 413 });
      if (file === undefined && pasted.trim() === '') return verifyPage(setting, { pasted, problem: words.nothing });

      const checked = await checkAgainstLog(call.services, call.db, bytes);
      switch (checked.outcome) {
        case 'unreadable':
          return verifyPage(setting, { pasted, problem: words.unreadable });
        case 'truncated':
          return verifyPage(setting, { pasted, problem: words.truncated });
        case 'proof-alone':
          return verifyPage(setting, { pasted, problem: words.proofAlone });
        default:
          return verifiedPage(setting, checked);
      }
    },
  }),
];

/** What a page of ours writes down by itself about an act: codes, ids, a shortened network address. */
const writtenByUs = new Set([
  'submission',
  'shown',
  'shownAt',
  'page',
  'pageSha256',
  'place',
  'claims',
  'guardian',
  'guardianAgreedAt',
  'ofAge',
  'ipPrefix',
  'agent',
  'delivery',
  'approach',
  'grade',
  'log',
  'entry',
  'position',
  'originalMethod',
  'package',
]);

/**
 * A link may have been forwarded, so it gives the act and no more. The files must hold the entry whole or prove nothing;
 * where a colleague wrote something down with it, they are given with the person's copy only.
 */
function mayBeGivenToLink(evidence: Evidence | undefined): boolean {
  return Object.keys(evidence ?? {}).every((name) => writtenByUs.has(name));
}

function entryIdOf(call: Call, token: string): string | undefined {
  const read = readLinkToken(call.services.keys, 'receipt', token, call.services.now());
  return typeof read === 'string' ? undefined : read.ids[0];
}

async function uploadOf(call: Call) {
  try {
    return await call.readUpload();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'body-too-large') return 'too-large';
    throw thrown;
  }
}
