import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const ADMIN = join(ROOT, 'admin');
export const DIST = join(ADMIN, 'dist');
const STAMP = '.built-from';

/** The admin program cannot be built here; the message is the end of what the builder said. */
export class AdminNotBuilt extends Error {
  override readonly name = 'AdminNotBuilt';
}

/**
 * Builds `admin/dist` when it is not made from the sources as they are now.
 *
 * @throws AdminNotBuilt
 */
export async function buildAdminIfStale(): Promise<'fresh' | 'built'> {
  if (!existsSync(join(ADMIN, 'src'))) return 'fresh'; // shipped without its sources
  const sources = await hashOf(['index.html', 'vite.config.ts', 'public', 'src', '../src/languages']);
  const built = await readFile(join(DIST, STAMP), 'utf8').catch(() => undefined);
  if (built === sources) return 'fresh';

  // Built aside and moved into place, so that a start cut short leaves no half a program behind.
  const draft = `${DIST}.${process.pid}`;
  try {
    await runVite(draft);
    await writeFile(join(draft, STAMP), sources);
    await rm(DIST, { recursive: true, force: true });
    await rename(draft, DIST);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }

  return 'built';
}

async function hashOf(entries: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of entries) {
    for (const path of await filesBelow(join(ADMIN, entry)))
      hash
        .update(`${path.slice(ADMIN.length)}\0`)
        .update(await readFile(path))
        .update('\0');
  }
  hash.update(await readFile(join(ROOT, 'package-lock.json')));

  return hash.digest('hex');
}

async function filesBelow(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (!entries) return [path];

  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** In a process of its own: the bundler's memory is given back when it ends. */
async function runVite(outDir: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  const child = spawn(
    process.execPath,
    [vite, 'build', '--config', 'admin/vite.config.ts', '--outDir', outDir, '--logLevel', 'warn'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said = (said + part).slice(-2000);
    });
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new AdminNotBuilt(said.trim());
}
