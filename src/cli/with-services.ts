import { type OpenServices, openServices } from '#src/open-services.ts';
import type { Terminal } from './command.ts';

/** Opens what a command needs, beside a running server or without one, and closes it whatever happens. */
export async function withServices<T>(terminal: Terminal, work: (opened: OpenServices) => Promise<T>): Promise<T> {
  const opened = await openServices(terminal.env, 'command');
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
