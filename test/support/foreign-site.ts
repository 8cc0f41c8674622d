import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's site, on another host than ours: `localhost`, where we are 127.0.0.1. */
export interface ForeignSite {
  /** Without a final slash. */
  readonly origin: string;
  /** Puts a page on it; answers its address. */
  put(path: string, body: string): string;
  close(): Promise<void>;
}

export async function openForeignSite(): Promise<ForeignSite> {
  const pages = new Map<string, string>();
  const server = createServer((request, response) => {
    const body = pages.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
      `<!doctype html><html lang="bg"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Shop</title><h1>Shop</h1>${body ?? ''}`,
    );
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    put(path, body) {
      pages.set(path, body);
      return origin + path;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
