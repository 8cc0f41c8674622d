import { expect, test } from 'vitest';
import { ask, startServer } from '#test/support/server.ts';

test('what was counted a moment before the server was stopped is there afterwards', async () => {
  const server = await startServer();
  try {
    for (let times = 0; times < 7; times++) await fetch(`${server.url}/f/newsletter`);
    await server.stop();
    const again = await startServer({ dataFolder: server.dataFolder, port: server.port });
    try {
      expect(await ask(again, `select step, count::int from form_step_count`)).toEqual([{ step: 'shown', count: 7 }]);
    } finally {
      await again.stop();
    }
  } finally {
    await server.remove();
  }
}, 60_000);
