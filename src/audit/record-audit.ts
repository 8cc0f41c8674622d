import type { Database } from '#platform/database/connect.ts';

/** What can be done that someone may later have to answer for. */
export const auditActions = [
  'contact.viewed',
  'contact.added',
  'contact.changed',
  'contact.exported',
  'contact.address-asked',
  'contact.history-imported',
  'contact.erased',
  'contact.merged',
  'contact.unmerged',
  'contact.merging-many',
  'duplicate.dismissed',
  'duplicate.searched',
  'permission.consent-recorded',
  'permission.withdrawn',
  'permission.objected',
  'permission.basis-ended',
  'permission.restricted',
  'permission.restriction-lifted',
  'evidence.viewed',
  'ledger.viewed',
  'ledger.key-rotated',
  'evidence.exported',
  'evidence.requested',
  'evidence.approved',
  'evidence.refused',
  'evidence.opened',
  'evidence.shortened',
  'evidence.policy-changed',
  'ledger.exported',
  'ledger.verified',
  'delivery.viewed',
  'delivery.released',
  'purpose.created',
  'purpose.revised',
  'purpose.archived',
  'form.created',
  'form.draft-saved',
  'form.draft-discarded',
  'form.published',
  'form.unpublished',
  'form.sites-changed',
  'form.mappings-changed',
  'held-submissions.viewed',
  'held-submission.released',
  'held-submission.deleted',
  'form.archived',
  'form.restored',
  'form.file-added',
  'controller.changed',
  'field.created',
  'field.changed',
  'field.archived',
  'field.restored',
  'register.started',
  'register.activity-changed',
  'register.assessed',
  'register.security-changed',
  'register.processor-changed',
  'register.processor-archived',
  'register.exported',
  'setup.completed',
  'staff.invited',
  'staff.joined',
  'staff.changed',
  'staff.signed-in',
  'staff.signed-out',
  'staff.sign-in-refused',
  'api-key.created',
  'api-key.revoked',
  'retention.approved',
  'retention.executed',
  'retention.resumed',
  'retention.batch-viewed',
  'retention.certificate-exported',
  'retention.rule-changed',
  'retention.hold-placed',
  'retention.hold-lifted',
  'retention.swept',
  'export.requested',
  'export.approved',
  'export.refused',
  'export.taken',
  'export.policy-changed',
  'disclosure.recorded',
  'people.told',
  'people.telling-started',
  'people.exempted',
  'quarantine.act-started',
  'quarantine.deadline-set',
  'quarantine.ground-stated',
  'quarantine.ground-revoked',
  'holiday.changed',
  'import.uploaded',
  'import.set-up',
  'import.checked',
  'import.committed',
  'import.undone',
  'import.discarded',
  'import.viewed',
  'import.exported',
  'job.paused',
  'job.resumed',
  'job.stopped',
] as const;

export type AuditAction = (typeof auditActions)[number];

export type AuditActor =
  | { readonly kind: 'staff'; readonly staffId: string }
  | { readonly kind: 'api'; readonly apiKeyId: string }
  | { readonly kind: 'contact'; readonly contactId: string }
  /** `command` is whoever works at the server's own console. */
  | { readonly kind: 'system' | 'command' };

export interface AuditRecord {
  readonly actor: AuditActor;
  readonly action: AuditAction;
  readonly subject?:
    | {
        readonly kind:
          | 'contact'
          | 'purpose'
          | 'form'
          | 'delivery'
          | 'ledger-entry'
          | 'staff-member'
          | 'api-key'
          | 'evidence-opening'
          | 'evidence-capsule'
          | 'retention-batch'
          | 'job'
          | 'export'
          | 'disclosure'
          | 'source'
          | 'exemption'
          | 'quarantine-act'
          | 'import';
        readonly id: string;
      }
    | undefined;
  /** Names of fields, codes, counts. Never what a field held: the entry outlives the person. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
  readonly requestId?: string;
}

/**
 * Adds one entry to the audit trail. With a transaction it is there exactly if what it tells of is; with a bare handle it
 * is there at once (someone looked at something).
 */
export async function recordAudit(db: Database, record: AuditRecord): Promise<void> {
  await db
    .insertInto('audit_entry')
    .values({
      actor: record.actor.kind,
      actor_id: actorIdOf(record.actor),
      action: record.action,
      subject_kind: record.subject?.kind ?? null,
      subject_id: record.subject?.id ?? null,
      detail: JSON.stringify(record.detail ?? {}),
      request_id: record.requestId ?? null,
    })
    .execute();
}

function actorIdOf(actor: AuditActor): string | null {
  if (actor.kind === 'staff') return actor.staffId;
  if (actor.kind === 'api') return actor.apiKeyId;

  return actor.kind === 'contact' ? actor.contactId : null;
}
