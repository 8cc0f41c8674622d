import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import { publicId } from '#platform/http/ids.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { awaitHandOvers } from '#src/delivery/await-hand-overs.ts';
import { entryKinds } from '#src/ledger/entry.ts';
import { actorOf } from '#src/staff/caller.ts';
import { composeReceipt, receiptFile, receiptFormats } from './compose-receipt.ts';
import { exportConsentHistory } from './export-consent-history.ts';
import { importConsentHistory } from './import-consent-history.ts';

const params = z.object({ id: publicId('con') });

/** A life of consents with its texts. */
const LARGEST_PACKAGE = 8 * 1024 * 1024;

export const receiptEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/ledger/:id/receipt',
    summary: 'The receipt of an entry: one HTML file that verifies offline, JSON (ISO/IEC TS 27560, DPV), or a C2SP tlog-proof',
    policy: { right: 'contacts.export', scope: 'contacts.export' },
    params: z.object({ id: publicId('led') }),
    query: z.strictObject({ format: z.enum(receiptFormats).default('html') }),
    reply: 'file',
    async handle({ services, db, params: { id }, query: { format }, caller, requestId }) {
      const receipt = await composeReceipt(services, db, id);
      if (receipt.outcome === 'not-yet') throw new AppError('log-behind', { status: 503, headers: { 'retry-after': '3' } });
      if (receipt.outcome !== 'composed') throw notFound();
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'contact.exported',
        subject: { kind: 'ledger-entry', id },
        detail: { format: `receipt-${format}` },
        requestId,
      });
      return receiptFile(receipt, format);
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/consent-history',
    summary: 'The whole consent history of a person as a signed package that another Saglasie can verify and import',
    policy: { right: 'contacts.export', scope: 'contacts.export' },
    params,
    reply: 'file',
    async handle({ services, db, params: { id }, caller, requestId }) {
      const history = await exportConsentHistory(services, db, id);
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'contact.exported',
        subject: { kind: 'contact', id },
        detail: { format: 'consent-history' },
        requestId,
      });
      return {
        body: `${JSON.stringify(history)}\n`,
        fileName: `consent-history-${id}.json`,
        mediaType: 'application/json; charset=utf-8',
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/consent-history',
    summary: 'Import a consent history of this person that another Saglasie has proven',
    policy: { right: 'permissions.write', scope: 'permissions.write' },
    params,
    bodyLimit: LARGEST_PACKAGE,
    body: z.strictObject({
      package: z.record(z.string(), z.unknown()),
      vkey: z.string().max(400).optional(),
      purposes: z.record(z.string().max(60), z.string().max(60)).optional(),
    }),
    reply: z.object({
      log: z.string(),
      controller: z.string(),
      imported: z.int(),
      already: z.int(),
      kept: z.array(
        z.object({
          // By its number there: it is none of our ledger.
          entry: z.uuid(),
          kind: z.enum(entryKinds),
          because: z.enum(['no-purpose', 'other-controller', 'no-stands', 'age-unknown', 'not-transferable']),
        }),
      ),
    }),
    speaksOf: ({ id }) => id,
    // A withdrawal may have come with it.
    afterCommit: async ({ db, params: { id } }) => {
      await awaitHandOvers(db, id);
    },
    async handle({ services, tx, params: { id }, body, caller, requestId }) {
      const { packageId, ...answer } = await importConsentHistory(tx, services, {
        contactId: id,
        document: body.package,
        vkey: body.vkey,
        purposes: body.purposes,
      });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'contact.history-imported',
        subject: { kind: 'contact', id },
        detail: { package: packageId, imported: answer.imported },
        requestId,
      });
      return { ...answer, kept: [...answer.kept] };
    },
  }),
];
