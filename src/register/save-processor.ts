import { notFound } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Processor, ProcessorInput } from './activity.ts';
import { getProcessor } from './find-register.ts';

/** Enters who processes for us (Art. 28), or changes the entry. @throws AppError 404 */
export async function saveProcessor(
  tx: Transaction,
  id: string | undefined,
  processor: ProcessorInput,
  by: string | null,
): Promise<Processor> {
  const columns = {
    name: processor.name,
    service: processor.service,
    country: processor.country,
    contact: processor.contact,
    contract_reference: processor.contractReference,
    contract_date: processor.contractDate,
    safeguard: processor.safeguard,
    safeguard_note: processor.safeguardNote,
    sub_processors: JSON.stringify(processor.subProcessors),
    updated_by: by,
    updated_at: new Date(),
  };
  const saved = id
    ? await tx.updateTable('processor').set(columns).where('id', '=', id).returning('id').executeTakeFirst()
    : await tx.insertInto('processor').values(columns).returning('id').executeTakeFirst();
  if (!saved) throw notFound();
  return getProcessor(tx, saved.id);
}

/** No longer processes for us; versions of the register still name it. @throws AppError 404 */
export async function archiveProcessor(tx: Transaction, id: string): Promise<Processor> {
  const current = await getProcessor(tx, id);
  await tx
    .updateTable('processor')
    .set({ archived_at: current.archivedAt ?? new Date() })
    .where('id', '=', id)
    .execute();
  return getProcessor(tx, id);
}
