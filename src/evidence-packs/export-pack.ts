import { type AuditActor, recordAudit } from '#src/audit/record-audit.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { logSigner } from '#src/ledger/log-keys.ts';
import type { Services } from '#src/services.ts';
import { collectContact } from './collect-contact.ts';
import { collectForm } from './collect-form.ts';
import { type PackContent, writePack } from './pack.ts';

/** What a pack can be asked for. A further kind is one more line here and the file that collects it. */
const collectors = { contact: collectContact, form: collectForm } as const satisfies Record<
  string,
  (services: Services, id: string) => Promise<PackContent | undefined>
>;

export type ExportedKind = keyof typeof collectors;

export interface PackFile {
  readonly body: Buffer<ArrayBuffer>;
  /** Names no person. */
  readonly fileName: string;
  readonly mediaType: string;
}

/** Everything that proves lawfulness, as one signed archive, and in the audit who took it. Undefined when there is no such thing. */
export async function exportPack(
  services: Services,
  asked: { readonly kind: ExportedKind; readonly id: string },
  by: { readonly actor: AuditActor; readonly requestId?: string },
): Promise<PackFile | undefined> {
  const content = await collectors[asked.kind](services, asked.id);
  if (!content) return undefined;
  const file = await packFileOf(services, content);
  await recordAudit(services.db, {
    actor: by.actor,
    action: 'evidence.exported',
    subject: asked,
    detail: { files: content.files.length },
    ...(by.requestId ? { requestId: by.requestId } : {}),
  });
  return file;
}

export async function packFileOf(services: Services, content: PackContent): Promise<PackFile> {
  const body = await writePack(content, logSigner(services.keys, originOf(services.config.publicUrl)), services.now());
  return { body, fileName: `saglasie-evidence-${content.subject}.zip`, mediaType: 'application/zip' };
}
