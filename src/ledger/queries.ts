import type { Selectable } from 'kysely';
import type { LedgerEntry } from '#platform/database/tables.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Channel, LegalBasis } from '#src/purposes/purpose.ts';
import type { Actor, Entry, EntryKind, Evidence, PermissionGround } from './entry.ts';

export function entryOf(row: Selectable<LedgerEntry>): Entry {
  return {
    id: row.id,
    kind: row.kind as EntryKind,
    contactId: row.contact_id,
    ...(row.purpose_id && row.purpose_version !== null ? { purpose: { id: row.purpose_id, version: row.purpose_version } } : {}),
    ...(row.channel ? { channel: row.channel as Channel } : {}),
    ...(row.legal_basis ? { legalBasis: row.legal_basis as LegalBasis } : {}),
    ...(row.permission_ground ? { permissionGround: row.permission_ground as PermissionGround } : {}),
    occurredAt: row.occurred_at,
    ...(row.until ? { until: row.until } : {}),
    sourceId: row.source_id,
    ...(row.notice_hash ? { noticeHash: row.notice_hash.toString('hex') } : {}),
    ...(row.language ? { language: row.language as Language } : {}),
    actor: actorOf(row),
    method: row.method,
    evidence: row.evidence as Evidence,
  };
}

function actorOf(row: Selectable<LedgerEntry>): Actor {
  const id = row.actor_id ?? '';
  switch (row.actor) {
    case 'contact':
      return { kind: 'contact', contactId: row.contact_id };
    case 'staff':
      return { kind: 'staff', staffId: id };
    case 'api':
      return { kind: 'api', apiKeyId: id };
    case 'import':
      return { kind: 'import' };
    default:
      return { kind: 'system' };
  }
}
