import { z } from 'zod';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { languages } from '#src/languages/languages.ts';
import { mentionPurpose, purposeMentionShape, textsShape } from '#src/purposes/present.ts';
import type { Caller } from '#src/staff/caller.ts';
import {
  dataCategories,
  type FieldDefinition,
  fieldTypes,
  isFillable,
  readers,
  sourcesOfTruth,
  specialCategories,
} from './field.ts';
import { readerOf } from './find-field.ts';

export const controllerShape = z
  .object({
    name: z.string(),
    registrationNumber: z.string().nullable(),
    address: z.string(),
    email: z.string(),
    phone: z.string().nullable(),
    dpoName: z.string().nullable(),
    dpoEmail: z.string().nullable(),
    country: z.string(),
    timeZone: z.string(),
    defaultLanguage: z.enum(languages),
  })
  .meta({ id: 'Controller' });

const fieldPurposeShape = purposeMentionShape.extend({
  /** False where the field is of a special category and the purpose has no condition of Art. 9(2). */
  mayHold: z.boolean(),
});

export const fieldShape = z
  .object({
    key: z.string(),
    label: textsShape,
    type: z.enum(fieldTypes),
    options: z.array(z.object({ value: z.string(), label: textsShape })),
    dataCategory: z.enum(dataCategories),
    specialCategory: z.enum(specialCategories).nullable(),
    sourceOfTruth: z.enum(sourcesOfTruth),
    visibleTo: z.array(z.enum(readers)),
    isStandard: z.boolean(),
    purposes: z.array(fieldPurposeShape),
    /** Whether anybody can fill it in: it is in use, and serves a purpose in use. */
    isFillable: z.boolean(),
    /** Whether whoever asks may see and change its values. */
    isReadable: z.boolean(),
    archivedAt: moment.nullable(),
  })
  .meta({ id: 'Field' });

export function presentField(field: FieldDefinition, caller: Caller): z.input<typeof fieldShape> {
  return {
    ...field,
    options: [...field.options],
    visibleTo: [...field.visibleTo],
    purposes: field.purposes.map((purpose) => ({ ...mentionPurpose(purpose), mayHold: purpose.mayHold })),
    isFillable: isFillable(field),
    isReadable: field.visibleTo.includes(readerOf(caller)),
    archivedAt: isoOrNull(field.archivedAt),
  };
}
