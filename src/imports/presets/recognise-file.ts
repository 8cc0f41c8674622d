import type { ImportFile } from '#src/imports/reading/import-file.ts';
import type { Preset, Recognition } from './preset.ts';
import { vcard } from './vcard.ts';

const presets: readonly Preset[] = [vcard];

/** Everything a file could be an export of, the likeliest first. */
export function recogniseFile(file: ImportFile, fileName: string): Recognition[] {
  return presets
    .flatMap((preset) => preset.recognise(file.parts, fileName) ?? [])
    .sort((one, other) => other.confidence - one.confidence);
}
