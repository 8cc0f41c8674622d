import { readFile, stat } from 'node:fs/promises';
import { type PackFault, type PackVerdict, packLimits, verifyPack } from '#src/evidence/verify-pack.ts';
import { type Run, text, UsageError } from './command.ts';

/** Checks a file somebody was handed, with nothing but the file: no database, no keys, no network. */
export const verifyFile: Run = async (values, terminal) => {
  const bytes = await contentOf(text(values, 'file'));
  const vkey = values['key'] === undefined ? undefined : text(values, 'key');
  const verdict = await verifyPack(bytes, vkey);
  if (values['json']) terminal.data(`${JSON.stringify({ ...verdict, message: messageOf(verdict) })}\n`);
  else terminal.talk(messageOf(verdict));
  return verdict.holds ? 0 : 1;
};

async function contentOf(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > packLimits.archive) throw new UsageError(`${path} is larger than any evidence pack.`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${path} cannot be read.`);
  }
}

function messageOf(verdict: PackVerdict): string {
  if (verdict.broken) {
    const { fault, file } = verdict.broken;
    return `The pack does NOT hold. ${faults[fault]}${file ? ` First broken: ${file}` : ''}`;
  }
  const { kind, subject, controller, createdAt, files, proofs, receipts, notices, unproven, signedBy, keyWasGiven } = verdict;
  return [
    `Everything holds: evidence about a ${kind} (${subject}) by ${controller}, made ${createdAt}.`,
    `  ${files} files, ${proofs} proofs, ${receipts} receipts, ${notices} texts.`,
    ...(unproven > 0 ? [`  ${unproven} events had no place in the log yet when it was made.`] : []),
    `  Signed by ${signedBy}`,
    keyWasGiven
      ? '  That is the key you gave.'
      : '  Whose key this is the pack cannot say: compare it with the log’s public page, or give the one you know with --key.',
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
  'signed-by-another': 'The pack is signed by another key than the one given.',
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
