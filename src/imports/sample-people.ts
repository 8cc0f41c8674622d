import { AppError } from '#platform/app-error.ts';
import type { Services } from '#src/services.ts';
import type { Import } from './import.ts';
import type { ImportedPerson } from './presets/imported-person.ts';
import { recogniseFile } from './presets/recognise-file.ts';
import type { ImportedRow } from './reading/imported-row.ts';
import { openImportFile } from './reading/open-import-file.ts';
import { type Meaning, understandBy } from './understanding.ts';
import { uploadPath } from './uploads.ts';

/**
 * The first rows of one part as they stand there, and as they will be understood: by this meaning, else by the settings, else
 * by what the file looks like. They are read from the file each time; of rows nothing is kept.
 *
 * @throws AppError 409 `import-state` when the file is gone
 */
export async function samplePeople(
  services: Services,
  one: Import,
  part: number,
  meaning?: Meaning,
): Promise<{ columns: readonly string[]; rows: readonly ImportedRow[]; people: readonly ImportedPerson[] }> {
  if (one.fileErasedAt) throw new AppError('import-state', { status: 409 });
  const path = uploadPath(services.config, one.id);
  const file = await openImportFile(path, { fileName: one.fileName });
  const rows = file.parts[part]?.sample ?? [];
  const [likeliest] = recogniseFile(file, one.fileName);
  const by: Meaning | undefined =
    meaning ??
    (one.settings && { ...one.settings, purposeId: one.purposeId }) ??
    (likeliest && { ...likeliest, partStatuses: [...likeliest.partStatuses], country: 'BG' });
  const understand = by && (await understandBy(services.db, path, one.file, by, new Date()));
  return { columns: file.parts[part]?.columns ?? [], rows, people: understand ? rows.map(understand) : [] };
}
