import type { Database } from '#platform/database/connect.ts';
import type { ZippedFile } from '#platform/zip/write-zip.ts';
import { languages } from '#src/languages/languages.ts';
import { findLastCheckpoint } from '#src/ledger/find-checkpoint.ts';
import { findLogKeys } from '#src/ledger/find-log-keys.ts';
import { jsonFile, textFile } from './pack.ts';
import { wordsOf } from './words.ts';

/** A text that was shown, as it is kept. */
export interface ShownText {
  readonly hash: string;
  readonly slug: string;
  readonly version: number;
  readonly language: string;
  readonly body: string;
}

/** What is in every pack: how to read it, the keys of the log, its latest state, and the texts that were shown. */
export async function commonFiles(db: Database, texts: readonly ShownText[]): Promise<ZippedFile[]> {
  const [keys, checkpoint] = await Promise.all([findLogKeys(db), findLastCheckpoint(db)]);
  const bodies = new Map(texts.map(({ hash, body }) => [hash, body]));
  return [
    ...languages.map((language) => textFile(`readme.${language}.txt`, `${wordsOf[language].readme.join('\n')}\n`)),
    jsonFile('log/keys.json', {
      keys: keys.map(({ vkey, from, until }) => ({ vkey, from: from.toISOString(), until: until?.toISOString() ?? null })),
    }),
    ...(checkpoint ? [textFile('log/checkpoint', checkpoint.note)] : []),
    ...[...bodies].map(([hash, body]) => textFile(`notices/${hash}.txt`, body)),
  ];
}
