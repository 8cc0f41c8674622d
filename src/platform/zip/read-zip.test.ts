import { describe, expect, test } from 'vitest';
import { readZip, ZipRefused } from './read-zip.ts';
import { writeZip } from './write-zip.ts';

const limits = { files: 10, bytes: 1_000_000 };
const body = Buffer.from('a file');
const zip = (names: readonly string[], of: Buffer = body) =>
  writeZip(
    names.map((name) => ({ name, body: of })),
    new Date('2026-11-24T10:00:00Z'),
  );

/** The same archive with a name written over another of the same length, as no honest program would. */
async function renamed(name: string): Promise<Buffer> {
  const stand = 'x'.repeat(Buffer.byteLength(name));
  const bytes = Buffer.from(await zip([stand]));
  for (let at = bytes.indexOf(stand); at >= 0; at = bytes.indexOf(stand, at + 1)) bytes.write(name, at);
  return bytes;
}

const refusal = async (bytes: Buffer, within = limits) => {
  const thrown = await readZip(bytes, within).catch((cause: unknown) => cause);
  expect(thrown).toBeInstanceOf(ZipRefused);
  return (thrown as ZipRefused).code;
};

describe('An archive', () => {
  test('gives back what was put in', async () => {
    const names = ['manifest.json', 'notices/ab.txt', 'a/b/c-d_e.2'];
    const files = await readZip(await zip(names), limits);
    expect([...files.keys()]).toEqual(names);
    expect(files.get('manifest.json')).toEqual(body);
    expect(await readZip(await zip([]), limits)).toEqual(new Map());
  });

  test.each([
    '../evil',
    'a/../../evil',
    '/etc/passwd',
    'C:/evil',
    'a\\..\\evil',
    './evil',
    'a//b',
    '.hidden',
    'a/.',
    'folder/',
    'аbc',
    'a\u0000b',
    'a b',
    '-rf',
  ])('with the name %j is refused', async (name) => {
    expect(await refusal(await renamed(name))).toBe('unsafe-name');
  });

  test('with one name twice is refused, in other capitals too', async () => {
    expect(await refusal(await zip(['a.txt', 'a.txt']))).toBe('name-twice');
    expect(await refusal(await zip(['a.txt', 'A.TXT']))).toBe('name-twice');
  });

  test('that unpacks to more than it may is refused before anything is unpacked', async () => {
    const bomb = await zip(['bomb'], Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusal(bomb)).toBe('too-large');
    expect(await refusal(await zip(['a', 'b', 'c'], Buffer.alloc(400_000)))).toBe('too-large');
    expect(await refusal(await zip(Array.from({ length: 11 }, (_, at) => `f${at}`)))).toBe('too-many-files');
  });

  test('that lies about what it unpacks to is refused', async () => {
    const bytes = Buffer.from(await zip(['bomb'], Buffer.alloc(900_000)));
    // The size in the central directory: it claims ten bytes.
    const directory = bytes.indexOf(Buffer.from('PK\u0001\u0002'));
    bytes.writeUInt32LE(10, directory + 24);
    expect(await refusal(bytes)).toBe('damaged');
  });

  test('with a link, a changed byte, a secret, or its end cut off is refused', async () => {
    const bytes = await zip(['a.txt']);
    const directory = bytes.indexOf(Buffer.from('PK\u0001\u0002'));
    const link = Buffer.from(bytes);
    link.writeUInt32LE((0o120777 << 16) >>> 0, directory + 38);
    expect(await refusal(link)).toBe('not-a-file');
    const secret = Buffer.from(bytes);
    secret.writeUInt16LE(secret.readUInt16LE(directory + 8) | 1, directory + 8);
    expect(await refusal(secret)).toBe('encrypted');
    const stored = Buffer.from(await zip(['big.txt'], Buffer.from('0123456789'.repeat(1000))));
    stored[stored.indexOf('big.txt') + 12] = (stored[stored.indexOf('big.txt') + 12] as number) ^ 0x55;
    expect(await refusal(stored)).toBe('damaged');
    const swapped = Buffer.from(bytes);
    swapped.writeUInt32LE(0, directory + 16);
    expect(await refusal(swapped), 'another checksum than the one of its bytes').toBe('damaged');
    for (let length = 0; length < bytes.length; length += 7) {
      expect(['damaged', 'not-a-zip']).toContain(await refusal(bytes.subarray(0, length)));
    }
  });
});
