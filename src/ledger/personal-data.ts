import { sql } from 'kysely';
import type { PersonalData } from '#src/personal-data.ts';
import { entryKey } from './leaf.ts';

export const ledgerData: PersonalData = {
  slice: 'ledger',
  tables: {
    ledger_entry: {
      columns: {
        id: 'exported',
        kind: 'exported',
        contact_id: 'reference',
        purpose_id: 'exported',
        purpose_version: 'exported',
        channel: 'exported',
        legal_basis: 'exported',
        permission_ground: 'exported',
        occurred_at: 'exported',
        until: 'exported',
        source_id: 'exported',
        notice_hash: 'exported',
        language: 'exported',
        actor: 'exported',
        actor_id: 'reference',
        method: 'exported',
        evidence: 'exported',
        leaf_hash: 'exported',
        recorded_at: 'exported',
      },
      onErasure: 'deleted',
    },
    permission_state: {
      columns: {
        contact_id: 'reference',
        purpose_id: 'derived',
        channel: 'derived',
        register: 'derived',
        kind: 'derived',
        occurred_at: 'derived',
        strictness: 'derived',
        entry_id: 'derived',
        until: 'derived',
        legal_basis: 'derived',
        permission_ground: 'derived',
        purpose_version: 'derived',
      },
      onErasure: 'deleted',
    },
    ledger_salt: { columns: { contact_id: 'reference', salt: 'secret' }, onErasure: 'deleted' },
    ledger_waiting: { impersonal: 'leaves on their way into the log: hashes that say nothing without their salt' },
    ledger_leaf: { impersonal: 'leaves with their positions: hashes that say nothing without their salt' },
    ledger_tile: { impersonal: 'hashes over leaves' },
    ledger_checkpoint: { impersonal: 'signed statements about the whole log: a size and a hash' },
    ledger_key: { impersonal: 'public keys of the log' },
    ledger_cosignature: { impersonal: 'signatures of witnesses over checkpoints' },
    ledger_timestamp: { impersonal: 'time stamps of checkpoints' },
    ledger_verification: { impersonal: 'when the whole ledger was verified, and what was found: counts and ids of entries' },
    ledger_erased: { impersonal: 'hashes whose salt was destroyed: nobody can open or guess them' },
  },

  async export(db, contactId) {
    const entries = await db
      .selectFrom('ledger_entry as e')
      .leftJoin('purpose_version as v', (join) =>
        join.onRef('v.purpose_id', '=', 'e.purpose_id').onRef('v.version', '=', 'e.purpose_version'),
      )
      .innerJoin('source as s', 's.id', 'e.source_id')
      .leftJoin('ledger_leaf as l', 'l.entry_id', 'e.id')
      .leftJoin('ledger_salt as k', 'k.contact_id', 'e.contact_id')
      .selectAll('e')
      .select([
        's.label as source',
        's.kind as source_kind',
        sql<string | null>`v.definition->>'slug'`.as('purpose'),
        'l.position',
        'k.salt',
      ])
      .where('e.contact_id', '=', contactId)
      .orderBy('e.id')
      .execute();
    return [
      {
        section: 'ledger',
        items: entries.map((entry) => ({
          fields: {
            entry: entry.id,
            event: entry.kind,
            purpose: entry.purpose,
            purpose_version: entry.purpose_version,
            channel: entry.channel,
            legal_basis: entry.legal_basis,
            permission_ground: entry.permission_ground,
            occurred_at: entry.occurred_at.toISOString(),
            recorded_at: entry.recorded_at.toISOString(),
            until: entry.until?.toISOString() ?? null,
            source: `${entry.source_kind}: ${entry.source}`,
            text_shown_sha256: entry.notice_hash?.toString('hex') ?? null,
            language: entry.language,
            by: entry.actor,
            method: entry.method,
            evidence: JSON.stringify(entry.evidence),
            leaf_hash: entry.leaf_hash.toString('hex'),
            // With these anybody can check the entry against the public log; the key opens this entry alone.
            entry_key: entry.salt && entryKey(entry.salt, entry.id).toString('base64'),
            log_position: entry.position === null ? null : Number(entry.position),
          },
        })),
      },
    ];
  },

  /** The application may not touch the ledger: the database's own function empties it into bare hashes. */
  async erase(tx, contactIds) {
    await sql`select erase_ledger_of(${contactIds}::uuid[])`.execute(tx);
  },
};
