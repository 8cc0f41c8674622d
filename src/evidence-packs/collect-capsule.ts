import type { Database } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import type { ZippedFile } from '#platform/zip/write-zip.ts';
import type { EvidenceGrade } from '#src/consent/grade-evidence.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import type { Evidence } from '#src/ledger/entry.ts';
import { readTlogProof } from '#src/ledger/tlog-proof.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import type { KeptEvent } from '#src/sealed-evidence/capsule.ts';
import type { Opening } from '#src/sealed-evidence/list-openings.ts';
import type { OpenedCapsule } from '#src/sealed-evidence/open-evidence.ts';
import type { Services } from '#src/services.ts';
import { commonFiles, type ShownText } from './common-files.ts';
import { writeCapsuleDocument } from './document/capsule.ts';
import { issuerOf } from './document/frame.ts';
import { objectOf, writeEntryProof } from './entry-proof.ts';
import type { PackEvent } from './event.ts';
import { jsonFile, type PackContent, textFile } from './pack.ts';

/** What was kept under one address, as a pack: it proves the consents of somebody of whom nothing else is left. */
export async function collectCapsule(
  services: Services,
  db: Database,
  found: {
    readonly opening: Opening;
    readonly capsules: readonly OpenedCapsule[];
    readonly by: string;
    readonly agreedBy: string;
  },
): Promise<PackContent> {
  const { opening, capsules } = found;
  const kept = capsules.flatMap(({ content }) => content.events);
  const events = kept.map(eventOf);
  const texts: ShownText[] = [];
  for (const hash of new Set(kept.flatMap(({ notice }) => notice?.hash ?? []))) {
    const notice = await findNoticeByHash(db, hash);
    if (notice) texts.push(notice);
  }
  const proofs = kept.flatMap((event): ZippedFile[] =>
    event.tlogProof && event.vkey
      ? [
          textFile(
            `proofs/${event.entry}.tlog-proof`,
            writeEntryProof(event.tlogProof, { leafHash: event.leafHash, vkey: event.vkey, opens: event.opens }),
          ),
        ]
      : [],
  );
  const [common, issuer] = await Promise.all([commonFiles(db, texts), issuerOf(services, db)]);
  const subject = toPublicId('evo', opening.id);
  const opened = { ground: opening.ground, reference: opening.reference, by: found.by, agreedBy: found.agreedBy };
  const told = {
    subject,
    capsules,
    events,
    texts,
    opened,
    issuer,
    enclosed: common.length + proofs.length + languages.length + 1,
  };
  return {
    kind: 'capsule',
    subject,
    controller: issuer.controller.name,
    files: [
      ...languages.map((language) => textFile(`evidence.${language}.html`, writeCapsuleDocument(told, language))),
      jsonFile('data.json', {
        format: 'saglasie-evidence',
        version: 1,
        kind: 'capsule',
        subject,
        controller: issuer.controller,
        opened,
        capsules: capsules.map(({ id, sealedOn, keepUntil, content: { ground, necessity, decidedBy } }) => ({
          id: toPublicId('cap', id),
          sealedOn,
          keepUntil,
          ground,
          necessity,
          decidedBy,
        })),
        events,
      }),
      ...common,
      ...proofs,
    ],
  };
}

function eventOf(kept: KeptEvent): PackEvent {
  const said = kept.opens ? objectOf(kept.opens.canonical) : undefined;
  const { tlogProof, vkey: _vkey, opens, grade, language, ...event } = kept;
  return {
    ...event,
    permissionGround: textOf(said?.['permissionGround']),
    recordedAt: null,
    by: { kind: textOf(said?.['actor']) ?? 'contact', name: null },
    language: language as Language | null,
    evidence: (said?.['evidence'] ?? {}) as Evidence,
    grade: grade as EvidenceGrade | null,
    source: null,
    proven: tlogProof !== null,
    position: tlogProof === null ? null : (readTlogProof(tlogProof)?.position ?? null),
    opens: opens !== null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
