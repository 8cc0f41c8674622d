import { Agent, request } from 'node:http';
import type { Workspace } from './workspace.ts';

export interface ApiCaller {
  /** @throws Error unless the answer is 200. */
  get(path: string): Promise<string>;
  close(): void;
}

/** Calls the API over one kept connection, as a program would. */
export function callApi(workspace: Pick<Workspace, 'address' | 'apiKey'>): ApiCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    get: (path) =>
      new Promise((resolve, reject) => {
        const call = request(
          workspace.address + path,
          { agent, headers: { authorization: `Bearer ${workspace.apiKey}` } },
          (reply) => {
            const chunks: Buffer[] = [];
            reply.on('data', (chunk: Buffer) => chunks.push(chunk));
            reply.on('error', reject);
            reply.on('end', () => {
              const body = Buffer.concat(chunks).toString();
              if (reply.statusCode === 200) resolve(body);
              else reject(new Error(`GET ${path} was answered ${reply.statusCode}: ${body.slice(0, 300)}`));
            });
          },
        );
        call.on('error', reject);
        call.end();
      }),
    close: () => agent.destroy(),
  };
}
