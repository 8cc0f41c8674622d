import type { Keys } from '#platform/crypto/keys.ts';
import { openNote, readNote } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { type Certificate, certificateStatement, journalDigest } from './certificate.ts';
import { listJournalOf } from './certify.ts';

export interface CertificateVerdict {
  readonly holds: boolean;
  /** It is as it was signed, by a key of this installation. */
  readonly signature: boolean;
  /** The journal of erasures names exactly the people it counts. */
  readonly journal: boolean;
}

export async function findCertificate(db: Database, batchId: string) {
  const row = await db.selectFrom('retention_certificate').selectAll().where('batch_id', '=', batchId).executeTakeFirst();
  return row && { body: row.body, note: row.note, issuedAt: row.issued_at, certificate: JSON.parse(row.body) as Certificate };
}

/** Whether a certificate still holds: its signature, and that the journal says the same. Undefined when there is none. */
export async function checkCertificate(db: Database, keys: Keys, batchId: string): Promise<CertificateVerdict | undefined> {
  const found = await findCertificate(db, batchId);
  if (!found) return undefined;
  const name = readNote(found.note)?.signatures[0]?.name ?? '';
  const opened = openNote(
    found.note,
    keys.signing.known.map(({ publicKey }) => ({ name, publicKey })),
  );
  const signature = opened?.text === certificateStatement(found.body);
  const entries = await listJournalOf(db, batchId);
  const said = found.certificate.journal;
  const journal = said.entries === entries.length && said.sha256 === journalDigest(entries);
  return { holds: signature && journal, signature, journal };
}
