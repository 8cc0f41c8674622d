import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AppError, notFound } from '#platform/app-error.ts';
import { htmlReply } from '#platform/http/reply.ts';
import { programCsp } from '#platform/http/security-headers.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { DIST } from './build-admin.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

interface AdminFile {
  readonly mediaType: string;
  readonly body: Buffer<ArrayBuffer>;
  readonly gzipped: Buffer<ArrayBuffer>;
}

/** The built admin program, held in memory: some hundred kilobytes, and no path from a request ever reaches the disk. */
export interface AdminProgram {
  readonly index: string | undefined;
  readonly files: ReadonlyMap<string, AdminFile>;
}

export async function loadAdmin(): Promise<AdminProgram> {
  const files = new Map<string, AdminFile>();
  let index: string | undefined;
  for (const entry of await readdir(DIST, { withFileTypes: true, recursive: true }).catch(() => [])) {
    const path = relative(DIST, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    const mediaType = mediaTypes[extname(path)];
    if (path === 'index.html') index = await readFile(join(DIST, path), 'utf8');
    else if (entry.isFile() && mediaType) {
      const body = Buffer.from(await readFile(join(DIST, path)));
      files.set(path, { mediaType, body, gzipped: Buffer.from(gzipSync(body)) });
    }
  }

  return { index, files };
}

/** The admin program: the same page at every address below /admin/, its files, and the way there from the root. */
export function adminPages(program: () => AdminProgram): Page[] {
  return [
    definePage({ method: 'GET', path: '/', policy: 'public', handle: () => redirect('/admin/') }),
    definePage({ method: 'GET', path: '/admin', policy: 'public', handle: () => redirect('/admin/') }),
    definePage({
      method: 'GET',
      path: '/admin/*',
      policy: 'public',
      handle({ path, headers }) {
        const name = decodeURIComponent(path.slice('/admin/'.length));
        const file = program().files.get(name);
        if (file) return fileReply(name, file, headers.get('accept-encoding') ?? '');
        if (name.startsWith('assets/')) throw notFound();
        return indexReply(program().index);
      },
    }),
  ];
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

function fileReply(name: string, file: AdminFile, acceptEncoding: string): Response {
  const gzip = /\bgzip\b/.test(acceptEncoding);

  return new Response(gzip ? file.gzipped : file.body, {
    headers: {
      'content-type': file.mediaType,
      // Files under assets/ carry the hash of their content in their name.
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
      vary: 'accept-encoding',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    },
  });
}

function indexReply(index: string | undefined): Response {
  if (index === undefined) throw new AppError('admin-not-built', { status: 503 });
  const nonce = randomBytes(16).toString('base64');

  return htmlReply(index.replaceAll('__CSP_NONCE__', nonce), { headers: { 'content-security-policy': programCsp(nonce) } });
}
