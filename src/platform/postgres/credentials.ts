import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably } from './write-durably.ts';

export const OWNER = 'saglasie';
export const DATABASE = 'saglasie';

/** The password of the cluster in this data folder, undefined when its file is missing or cannot be understood. */
export async function findPassword(dataFolder: string): Promise<string | undefined> {
  const text = await readFile(passwordFile(dataFolder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const password = text && /"password":\s*"([\w-]+)"/.exec(text)?.[1];
  return password || undefined;
}

/** Keeps the password unless another start was faster; gives back the one that is kept. */
export async function keepPassword(dataFolder: string, password: string): Promise<string> {
  const content = `${JSON.stringify({ user: OWNER, database: DATABASE, password })}\n`;
  const created = await createDurably(passwordFile(dataFolder), content);
  return created ? password : ((await findPassword(dataFolder)) ?? password);
}

export function generatePassword(): string {
  return randomBytes(32).toString('base64url');
}

export function ownerUrl(port: number, password: string, database = DATABASE): string {
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
}

function passwordFile(dataFolder: string): string {
  return join(dataFolder, 'postgres.json');
}
