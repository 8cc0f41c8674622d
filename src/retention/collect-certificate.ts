import { html } from 'hono/html';
import type { Database } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { commonFiles } from '#src/evidence-packs/common-files.ts';
import { issuerOf, voiceOf, writeDocument } from '#src/evidence-packs/document/frame.ts';
import { jsonFile, type PackContent, textFile } from '#src/evidence-packs/pack.ts';
import { retentionWords as bg } from '#src/languages/bg/retention.ts';
import { retentionWords as en } from '#src/languages/en/retention.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import type { Certificate } from './certificate.ts';
import { findCertificate } from './check-certificate.ts';

/** The certificate of a batch as a pack: to be read, to be reckoned with, and to be verified by anybody. Undefined before it is done. */
export async function collectCertificate(services: Services, db: Database, batchId: string): Promise<PackContent | undefined> {
  const found = await findCertificate(db, batchId);
  if (!found) return undefined;
  const [issuer, common] = await Promise.all([issuerOf(services, db), commonFiles(db, [])]);
  const subject = toPublicId('rtb', batchId);
  const pack = { kind: 'retention', subject, issuer, enclosed: common.length + languages.length + 3 } as const;
  return {
    kind: 'retention',
    subject,
    controller: issuer.controller.name,
    files: [
      ...languages.map((language) => {
        const voice = voiceOf(language, issuer.controller);
        return textFile(
          `certificate.${language}.html`,
          writeDocument(voice, pack, writeBody(found.certificate, language, voice.moment)),
        );
      }),
      textFile('certificate.json', found.body),
      textFile('certificate.note', found.note),
      jsonFile('data.json', {
        format: 'saglasie-evidence',
        version: 1,
        kind: 'retention',
        subject,
        controller: issuer.controller,
        certificate: found.certificate,
        events: [],
      }),
      ...common,
    ],
  };
}

function writeBody(certificate: Certificate, language: Language, moment: (at: string) => string) {
  const words = { bg, en }[language];
  const { planned, done, leftAlone, journal } = certificate;
  const pairs = (rows: readonly (readonly [string, string | number])[]) =>
    html`<dl>${rows.map(([term, said]) => html`<dt>${term}</dt><dd>${said}</dd>`)}</dl>`;
  return html`<p>${words.intro}</p>
<section><h2>${words.what}</h2>${pairs([
    [words.purpose, `${certificate.purpose.name[language]} (${certificate.purpose.slug}, v${certificate.purpose.version})`],
    [words.rule, words.ruleOf(certificate.rule)],
    [words.decision, certificate.mode === 'automatic' ? words.automatic : words.approved],
    ...certificate.approvedBy.map(({ id, role, at }) => [words.approvedBy, `${id} (${role}), ${moment(at)}`] as const),
    [words.proposedAt, moment(certificate.proposedAt)],
    [words.approvedAt, moment(certificate.approvedAt)],
    [words.finishedAt, moment(certificate.finishedAt)],
  ])}</section>
<section><h2>${words.counts}</h2>${pairs([
    [words.planned, words.peopleAndData(planned.people, planned.data)],
    [words.erased, done.peopleErased],
    [words.removed, done.dataRemoved],
    ...Object.entries(done.byField).map(([field, many]) => [field, many] as const),
    [words.sealed, done.evidenceSealed],
    [words.activeAgain, leftAlone.activeAgain],
    [words.onHold, leftAlone.onHold],
    [words.restricted, leftAlone.restricted],
    [words.united, leftAlone.united],
    [words.goneBefore, certificate.goneBefore],
  ])}</section>
<section><h2>${words.journal}</h2><p>${words.journalText(journal.entries)}</p><p><code>${journal.sha256}</code></p></section>
<section><h2>${words.stays}</h2><p>${words.staysText}</p>
<ul>${certificate.stays.map(({ table, because }) => html`<li><code>${table}</code>${because ? html` – ${because[language]}` : ''}</li>`)}</ul>
<p>${words.deleted}: ${certificate.deleted.join(', ')}.</p></section>`;
}
