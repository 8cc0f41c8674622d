import { open } from 'node:fs/promises';

/** Whether a file is meant to be a ZIP archive: it begins like one, or is called one. False for what cannot be read. */
export async function isArchive(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return path.toLowerCase().endsWith('.zip') || (bytesRead === 2 && buffer.toString('latin1') === 'PK');
  } catch {
    return false; // a folder
  } finally {
    await file.close();
  }
}
