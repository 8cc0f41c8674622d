import type { Database } from '#platform/database/connect.ts';
import type { PointKind } from '#src/contacts/addresses.ts';
import { listFields } from '#src/register/find-field.ts';
import type { ImportField } from './presets/read-field-cell.ts';

const pointFields = { email: 'email', phone: 'phone', post: 'postal_address' } as const satisfies Record<PointKind, string>;

/** What may be filled in: a datum that serves no purpose in use is nobody's to collect. */
export interface Fillable {
  readonly fields: readonly ImportField[];
  readonly points: ReadonlySet<PointKind>;
}

/** @param purposeId of what the data are brought in for: special categories need its condition (Art. 9(2)) */
export async function fillableFields(db: Database, purposeId?: string): Promise<Fillable> {
  const all = (await listFields(db)).filter(({ purposes }) => purposes.length > 0);
  const keys = new Set(all.map(({ key }) => key));
  const ofPoints: ReadonlySet<string> = new Set(Object.values(pointFields));
  return {
    fields: all
      .filter(({ key }) => !ofPoints.has(key))
      .filter(
        ({ specialCategory, purposes }) => !specialCategory || purposes.some(({ id, mayHold }) => mayHold && id === purposeId),
      )
      .map(({ key, type, options }) => ({ key, type, options })),
    points: new Set((Object.keys(pointFields) as PointKind[]).filter((kind) => keys.has(pointFields[kind]))),
  };
}
