import { AppError } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';

/** Largest file that is sent on request, in bytes. */
export const LARGEST_FILE = 5 * 1024 * 1024;

/** Kinds of files by the ending of their name, each with how its bytes begin. Nothing a browser would run. */
const kinds: Readonly<Record<string, { readonly mediaType: string; readonly begins?: readonly (readonly number[])[] }>> = {
  pdf: { mediaType: 'application/pdf', begins: [[0x25, 0x50, 0x44, 0x46]] },
  epub: { mediaType: 'application/epub+zip', begins: [[0x50, 0x4b]] },
  zip: { mediaType: 'application/zip', begins: [[0x50, 0x4b]] },
  docx: { mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', begins: [[0x50, 0x4b]] },
  xlsx: { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', begins: [[0x50, 0x4b]] },
  pptx: { mediaType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation', begins: [[0x50, 0x4b]] },
  odt: { mediaType: 'application/vnd.oasis.opendocument.text', begins: [[0x50, 0x4b]] },
  png: { mediaType: 'image/png', begins: [[0x89, 0x50, 0x4e, 0x47]] },
  jpg: { mediaType: 'image/jpeg', begins: [[0xff, 0xd8, 0xff]] },
  jpeg: { mediaType: 'image/jpeg', begins: [[0xff, 0xd8, 0xff]] },
  mp3: {
    mediaType: 'audio/mpeg',
    begins: [
      [0x49, 0x44, 0x33],
      [0xff, 0xfb],
      [0xff, 0xf3],
      [0xff, 0xf2],
    ],
  },
  txt: { mediaType: 'text/plain' },
  csv: { mediaType: 'text/csv' },
};

export interface FormFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
}

/**
 * Keeps a file that a form promises. What it is is told by its name and checked by its first bytes; what the sender calls
 * it is not asked.
 *
 * @throws AppError 415 `file-not-accepted`
 */
export async function keepFormFile(
  tx: Transaction,
  file: { readonly name: string; readonly content: Buffer; readonly uploadedBy?: string },
): Promise<FormFile> {
  const ending = /\.([a-z0-9]{2,4})$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  const kind = Object.hasOwn(kinds, ending) ? kinds[ending] : undefined;
  const fits = kind && (!kind.begins || kind.begins.some((bytes) => bytes.every((byte, at) => file.content[at] === byte)));
  if (!kind || !fits || file.content.length === 0) {
    throw new AppError('file-not-accepted', { status: 415, members: { accepted: Object.keys(kinds).join(', ') } });
  }
  const row = await tx
    .insertInto('form_file')
    .values({ name: file.name, media_type: kind.mediaType, content: file.content, uploaded_by: file.uploadedBy ?? null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id: row.id, name: file.name, mediaType: kind.mediaType, size: file.content.length };
}

export async function findFormFile(db: Database, id: string): Promise<(FormFile & { content: Buffer }) | undefined> {
  const row = await db
    .selectFrom('form_file')
    .select(['id', 'name', 'media_type', 'content'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { id: row.id, name: row.name, mediaType: row.media_type, size: row.content.length, content: row.content };
}

/** Ids of all files there are; tens. */
export async function listFormFileIds(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('form_file').select('id').execute();
  return new Set(rows.map((row) => row.id));
}
