import { inSnapshot } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { countDecisions } from '#src/forms/count-decisions.ts';
import { findFormHistory } from '#src/forms/find-form-history.ts';
import { languages } from '#src/languages/languages.ts';
import { countConsentsTo } from '#src/ledger/count-consents-to.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import type { Services } from '#src/services.ts';
import { commonFiles, type ShownText } from './common-files.ts';
import { type VersionEvidence, writeFormDocument } from './document/form.ts';
import { issuerOf } from './document/frame.ts';
import { jsonFile, type PackContent, textFile } from './pack.ts';

/** Everything a form ever asked and said: each published version with its exact texts, and how many people decided how. */
export function collectForm(services: Services, formId: string): Promise<PackContent | undefined> {
  return inSnapshot(services.db, async (db) => {
    const form = await findFormHistory(db, formId);
    if (!form) return undefined;
    const hashes = form.versions.flatMap(({ noticeHashes }) => languages.map((language) => noticeHashes[language]));
    const [decisionsOn, consentsTo, issuer] = await Promise.all([
      countDecisions(db, formId),
      countConsentsTo(db, hashes),
      issuerOf(services, db),
    ]);
    const versions = form.versions.map((version): VersionEvidence => {
      const { id, number, publishedAt, shown, noticeHashes } = version;
      const consents = { bg: consentsTo(noticeHashes.bg), en: consentsTo(noticeHashes.en) };
      return { id, number, publishedAt, shown, noticeHashes, decisions: decisionsOn(id), consents };
    });
    const texts: ShownText[] = [];
    for (const hash of new Set(hashes)) {
      const notice = await findNoticeByHash(db, hash);
      if (notice) texts.push(notice);
    }
    const common = await commonFiles(db, texts);
    const subject = toPublicId('frm', formId);
    const published = versions.find(({ id }) => id === form.publishedVersionId);
    const told = {
      subject,
      slug: form.slug,
      address: `${services.config.publicUrl.replace(/\/+$/, '')}/f/${form.slug}`,
      publishedNumber: form.archivedAt ? null : (published?.number ?? null),
      versions,
      texts,
      issuer,
      enclosed: common.length + languages.length + 1,
    };
    return {
      kind: 'form',
      subject,
      controller: issuer.controller.name,
      files: [
        ...languages.map((language) => textFile(`evidence.${language}.html`, writeFormDocument(told, language))),
        jsonFile('data.json', {
          format: 'saglasie-evidence',
          version: 1,
          kind: 'form',
          subject,
          controller: issuer.controller,
          form: { slug: told.slug, address: told.address, publishedNumber: told.publishedNumber },
          versions: versions.map(({ publishedAt, ...version }) => ({ ...version, publishedAt: publishedAt.toISOString() })),
          events: [],
        }),
        ...common,
      ],
    };
  });
}
