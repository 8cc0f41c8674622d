import { randomBytes } from 'node:crypto';
import { chown, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Writes a file readable by its owner only that is, after power loss, either whole or as before. */
export async function writeDurably(path: string, content: string, owner?: FileOwner): Promise<void> {
  const draft = await writeDraft(path, content, owner);
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** The same, but only if there is no such file yet; says whether it was written. */
export async function createDurably(path: string, content: string, owner?: FileOwner): Promise<boolean> {
  const draft = await writeDraft(path, content, owner);
  try {
    await link(draft, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Makes the names in a folder durable, not only what the files contain. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeDraft(path: string, content: string, owner: FileOwner | undefined): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (owner) await chown(draft, owner.uid, owner.gid);
  return draft;
}
