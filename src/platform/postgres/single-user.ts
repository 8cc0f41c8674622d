import type { PostgresBinaries } from './locate-binaries.ts';
import { type RunAs, runProgram } from './run-as.ts';

/** Runs SQL on a cluster nobody serves, without a password: what the owner of the files may do anyway. */
export async function runSingleUser(binaries: PostgresBinaries, runAs: RunAs, clusterFolder: string, sql: string): Promise<void> {
  const result = await runProgram(runAs, binaries.postgres, ['--single', '-D', clusterFolder, 'postgres'], `${sql}\n`);
  // In this mode a failed statement still ends with exit code 0.
  const complaint = /\b(?:ERROR|FATAL|PANIC): .*/.exec(result.stderr)?.[0];
  if (result.code !== 0 || complaint) throw new Error(complaint ?? `postgres --single ended with ${result.code}`);
}
