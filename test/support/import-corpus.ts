import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeZip } from '#platform/zip/write-zip.ts';

const FOLDER = join(import.meta.dirname, '../corpora/imports');

/** An export file of another product. Mailchimp's is the archive of its three files, packed into a folder that goes afterwards. */
export async function importCorpus<T>(name: string, use: (path: string, fileName: string) => Promise<T>): Promise<T> {
  if (name !== 'mailchimp.zip') return await use(join(FOLDER, name), name);
  const folder = await mkdtemp(join(tmpdir(), 'saglasie-corpus-'));
  try {
    const names = (await readdir(join(FOLDER, 'mailchimp'))).sort();
    const files = await Promise.all(
      names.map(async (each) => ({ name: each, body: await readFile(join(FOLDER, 'mailchimp', each)) })),
    );
    const path = join(folder, name);
    await writeFile(path, await writeZip(files, new Date('2024-11-24T10:00:00Z')));
    return await use(path, name);
  } finally {
    await rm(folder, { recursive: true });
  }
}
