import { runServer } from '#src/run-server.ts';
import type { Command } from './command.ts';

export const start: Command = {
  name: 'start',
  summary: 'Run web and worker until stopped (what npm start does).',
  usage: '',
  options: {},
  async run(_values, { env }) {
    await runServer(env);
    return Number(process.exitCode ?? 0);
  },
};
