import { SaxesParser } from 'saxes';
import { type ByteSource, piecesOf } from './byte-source.ts';
import { FileRefused } from './file-refused.ts';

export interface XmlReader {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** A cell of a workbook has 32,767 characters at most. */
const LONGEST_TEXT = 4_000_000;

/**
 * Reads XML of a stranger piece by piece; after each piece the caller may take what was found. Nothing outside is ever
 * fetched, and a document type, where entities that grow could be declared, is refused.
 *
 * @throws FileRefused `import-file-damaged`
 */
export async function* readXml(source: ByteSource, reader: XmlReader, signal?: AbortSignal): AsyncGenerator<number> {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  parser.on('error', (cause) => {
    throw new FileRefused('import-file-damaged', {}, cause);
  });
  parser.on('doctype', () => {
    throw new FileRefused('import-file-damaged');
  });
  const { open, text, close } = reader;
  if (open) parser.on('opentag', (tag) => open(local(tag.name), tag.attributes));
  if (close) parser.on('closetag', (tag) => close(local(tag.name)));
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const decoder = new TextDecoder();
  let bytesRead = 0;
  let sinceTag = 0;
  for await (const piece of piecesOf(source, signal)) {
    const part = decoder.decode(piece, { stream: true });
    const tag = part.lastIndexOf('<');
    sinceTag = tag < 0 ? sinceTag + part.length : part.length - tag;
    if (sinceTag > LONGEST_TEXT) throw new FileRefused('import-file-damaged');
    parser.write(part);
    bytesRead += piece.length;
    yield bytesRead;
  }
  parser.write(decoder.decode()).close();
  yield bytesRead;
}

/** Reads a small document whole. */
export async function readWholeXml(source: ByteSource, reader: XmlReader, signal?: AbortSignal): Promise<void> {
  for await (const _ of readXml(source, reader, signal));
}
