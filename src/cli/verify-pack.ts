import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '#platform/config.ts';
import { openKeys } from '#platform/crypto/keys.ts';
import { readVkey } from '#platform/crypto/signed-note.ts';
import { type PackFault, type PackVerdict, packLimits, verifyPack } from '#src/evidence-packs/verify-pack.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { ownerOf } from '#src/receipts/check-file.ts';
import { type OptionValues, type Terminal, UsageError } from './command.ts';

/** Whose key signed: the one of --vkey, of this data folder, or one nobody here knows. */
type Signer = 'given' | 'own' | 'own-earlier' | 'unknown';

/** Checks an evidence pack somebody was handed, with nothing but the file. Keys of this data folder are recognised if there are any. */
export async function checkPack(path: string, values: OptionValues, terminal: Terminal): Promise<number> {
  const given = typeof values['vkey'] === 'string' ? values['vkey'] : undefined;
  if (given !== undefined && !readVkey(given)) throw new UsageError('--vkey must be a verifier key: name+id+key.');
  const verdict = await verifyPack(await contentOf(path), given);
  const signer = given === undefined ? await recognise(verdict, terminal) : 'given';
  const judged = signer === 'forged' ? forgeryOf(verdict) : verdict;
  const message = messageOf(judged, signer === 'forged' ? 'unknown' : signer);
  if (values['json'])
    terminal.data(`${JSON.stringify({ ...judged, signer: signer === 'forged' ? 'unknown' : signer, message })}\n`);
  terminal.talk(message);
  return judged.holds ? 0 : 1;
}

/** `forged`: in the name of this installation, by a key it never had. */
async function recognise({ holds, signedBy }: PackVerdict, { env }: Terminal): Promise<Exclude<Signer, 'given'> | 'forged'> {
  const { dataFolder, publicUrl } = readConfig(env);
  // Opened only where they are: keys made now would know nobody's packs.
  if (!holds || signedBy === null || !existsSync(join(dataFolder, 'keys.json'))) return 'unknown';
  const owner = await ownerOf([signedBy], await openKeys(dataFolder));
  if (owner.owner === 'own') return owner.usedUntil ? 'own-earlier' : 'own';
  return readVkey(signedBy)?.name === originOf(publicUrl) ? 'forged' : 'unknown';
}

function forgeryOf(verdict: PackVerdict): PackVerdict {
  return { ...verdict, holds: false, broken: { fault: 'signed-by-another', file: null } };
}

async function contentOf(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > packLimits.archive) throw new UsageError(`${path} is larger than any evidence pack.`);
  return readFile(path);
}

const signers: Readonly<Record<Signer, string>> = {
  given: 'That is the key you named.',
  own: 'That is the key of this installation.',
  'own-earlier': 'That is an earlier key of this installation.',
  unknown: 'Whether that is the key of who you think, you see on their page of keys; --vkey KEY demands a certain one.',
};

function messageOf(verdict: PackVerdict, signer: Signer): string {
  if (verdict.broken) {
    const { fault, file } = verdict.broken;
    return `The pack does NOT hold. ${faults[fault]}${file ? ` First broken: ${file}` : ''}`;
  }
  const { kind, subject, controller, createdAt, files, proofs, receipts, notices, unproven, signedBy } = verdict;
  return [
    `Everything holds: evidence about a ${kind} (${subject}) by ${controller}, made ${createdAt}.`,
    `  ${files} files, ${proofs} proofs, ${receipts} receipts, ${notices} texts.`,
    ...(unproven > 0 ? [`  ${unproven} events had no place in the log yet when it was made.`] : []),
    `  signed with ${signedBy}`,
    signers[signer],
  ].join('\n');
}

const faults: Readonly<Record<PackFault, string>> = {
  'not-a-zip': 'This is not a ZIP archive.',
  damaged: 'The archive is damaged or was cut short.',
  encrypted: 'A file in the archive is encrypted; packs are not.',
  'unsafe-name': 'A file in the archive has a name that could be written outside its folder.',
  'not-a-file': 'The archive holds something that is no plain file.',
  'name-twice': 'Two files in the archive have the same name.',
  'too-many-files': 'The archive holds more files than any pack.',
  'too-large': 'The archive unpacks to more than any pack.',
  'not-a-pack': 'This is a ZIP archive, but no evidence pack of Saglasie.',
  'newer-version': 'The pack is of a newer version: check it with a newer Saglasie.',
  'signature-wrong': 'The signature over the list of files is wrong.',
  'signed-by-another': 'The pack is signed by another key than it must be.',
  'file-missing': 'A file that is listed is missing.',
  'file-not-listed': 'A file is there that is not listed.',
  'file-changed': 'A file was changed after the list was signed.',
  'data-unreadable': 'A file cannot be read.',
  'notice-changed': 'A text is not the one its name says.',
  'notice-missing': 'A text that was shown is missing.',
  'proof-broken': 'A proof does not hold.',
  'proof-missing': 'A proof is missing.',
  'statement-differs': 'What is said of an event is not what its proof shows.',
  'receipt-broken': 'A receipt does not hold.',
};
