import { runServer } from '#src/run-server.ts';
import type { Run } from './command.ts';

/** Runs web and worker until stopped. */
export const start: Run = async (_values, { env }) => {
  await runServer(env);
  return Number(process.exitCode ?? 0);
};
