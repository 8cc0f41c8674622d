import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, thisProcess } from './process-birth.ts';
import { writeDurably } from './write-durably.ts';

/** Which process started the running PostgreSQL, and whether to serve for long or for one command. */
export interface Owner {
  readonly purpose: 'server' | 'command';
  readonly process: ProcessIdentity;
  readonly alive: boolean;
}

/*
 * PostgreSQL's own lock file decides who may start it; this one only tells who did. It names the PostgreSQL it speaks
 * of, so one left behind by kill -9 is recognised as such and never has to be cleaned up by hand.
 */

/** Records that this process owns the PostgreSQL with that process number. */
export async function claimOwnership(dataFolder: string, purpose: Owner['purpose'], postmasterPid: number): Promise<void> {
  const claim = { purpose, postmasterPid, process: await thisProcess() };
  await writeDurably(ownerFile(dataFolder), `${JSON.stringify(claim)}\n`);
}

/** Takes the claim back, before stopping: who comes now waits for the end instead of moving in. */
export async function releaseOwnership(dataFolder: string): Promise<void> {
  await rm(ownerFile(dataFolder), { force: true });
}

/** Who owns that PostgreSQL; undefined while nobody has said so, at its very start and at its end. */
export async function findOwner(dataFolder: string, postmasterPid: number): Promise<Owner | undefined> {
  const text = await readFile(ownerFile(dataFolder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const claim: { purpose: Owner['purpose']; postmasterPid: number; process: ProcessIdentity } = JSON.parse(text);
  if (claim.postmasterPid !== postmasterPid) return undefined;
  return { purpose: claim.purpose, process: claim.process, alive: await isAlive(claim.process) };
}

function ownerFile(dataFolder: string): string {
  return join(dataFolder, 'postgres-owner.json');
}
