import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import type { ListedMerge } from './list-merges.ts';

const mentionShape = z.object({ id: z.string(), name: z.string() });

export const mergeShape = z
  .object({
    id: z.string(),
    survivor: mentionShape,
    absorbed: mentionShape,
    mergedAt: moment,
    mergedBy: z.string().nullable(),
    undoUntil: moment,
    undoneAt: moment.nullable(),
    isUndoable: z.boolean(),
  })
  .meta({ id: 'Merge' });

/** Names are empty for whoever is not there any more. */
export function presentMerge(
  merge: ListedMerge,
  names: ReadonlyMap<string, string>,
  staffNames: ReadonlyMap<string, string>,
): z.input<typeof mergeShape> {
  const mention = (id: string) => ({ id: toPublicId('con', id), name: names.get(id) ?? '' });
  return {
    id: toPublicId('mrg', merge.id),
    survivor: mention(merge.survivorId),
    absorbed: mention(merge.absorbedId),
    mergedAt: merge.mergedAt.toISOString(),
    mergedBy: (merge.mergedBy.id && staffNames.get(merge.mergedBy.id)) || null,
    undoUntil: merge.undoUntil.toISOString(),
    undoneAt: isoOrNull(merge.undoneAt),
    isUndoable: merge.isUndoable,
  };
}
