import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import busboy from 'busboy';
import { AppError } from '../app-error.ts';

/** A file as it arrives; nobody has read it yet. */
export interface IncomingFile {
  /** As the sender calls it. */
  readonly name: string | undefined;
  /** How long it is going to be, where the sender says so. */
  readonly declaredBytes: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The file a request carries: its whole body, or the first file of a multipart form. Nothing is held in memory but the piece
 * that is being read.
 *
 * @throws AppError 400 when it cannot be read, 422 `no-file` when a form holds none
 */
export async function incomingFile(request: Request): Promise<IncomingFile> {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN);
  const declaredBytes = Number.isSafeInteger(declared) ? declared : undefined;
  if (!request.body) return { name: undefined, declaredBytes, body: Readable.from([]) };
  const body = Readable.fromWeb(request.body as WebStream<Uint8Array>);
  const type = request.headers.get('content-type') ?? '';
  if (!type.toLowerCase().startsWith('multipart/form-data')) return { name: undefined, declaredBytes, body };
  return fileOfForm(body, type, declaredBytes);
}

function fileOfForm(body: Readable, type: string, declaredBytes: number | undefined): Promise<IncomingFile> {
  return new Promise((resolve, reject) => {
    const unreadable = (cause: unknown) => reject(new AppError('body-unreadable', { status: 400, cause }));
    let form: busboy.Busboy;
    try {
      form = busboy({ headers: { 'content-type': type }, defParamCharset: 'utf8', limits: { files: 1 } });
    } catch (cause) {
      unreadable(cause);
      return;
    }
    let file: Readable | undefined;
    form.on('file', (_field, stream, { filename }) => {
      file = stream;
      // A connection that breaks ends the form, not its file: whoever reads the file must learn of it.
      resolve({ name: filename, declaredBytes, body: stream });
    });
    form.on('error', (cause: Error) => {
      file?.destroy(cause);
      unreadable(cause);
    });
    form.on('close', () => {
      if (!file) reject(new AppError('no-file', { status: 422 }));
    });
    body.on('error', (cause) => {
      file?.destroy(cause);
      form.destroy(cause);
      unreadable(cause);
    });
    body.pipe(form);
  });
}
