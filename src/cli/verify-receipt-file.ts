import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '#platform/config.ts';
import { openKeys } from '#platform/crypto/keys.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { checkFile, LARGEST_FILE, ownerOf } from '#src/receipts/check-file.ts';
import { receiptTexts } from '#src/receipts/receipt-texts.ts';
import { type ReceiptPart, readVkey } from '#src/receipts/verify-receipt.js';
import { type OptionValues, type Terminal, UsageError } from './command.ts';

interface Checked {
  readonly holds: boolean;
  readonly outcome: 'holds' | 'broken' | 'unchecked' | 'unreadable' | 'truncated' | 'proof-alone' | 'missing' | 'too-large';
  readonly broken?: ReceiptPart;
  readonly parts?: readonly { readonly part: ReceiptPart; readonly state: string }[];
  readonly entry?: unknown;
  readonly log?: string | undefined;
  readonly position?: number | undefined;
  readonly size?: number | undefined;
  readonly keys?: readonly string[];
  /** `own`: of this data folder; `given`: the one of --vkey. */
  readonly signedBy?: 'own' | 'own-earlier' | 'given' | 'unknown';
}

/** Checks a receipt with nothing but the file: no server, no database. Keys of this data folder are recognised if there are any. */
export async function verifyReceiptFile(path: string, values: OptionValues, terminal: Terminal): Promise<number> {
  const checked = await check(path, values, terminal);
  if (values['json']) terminal.data(`${JSON.stringify(checked)}\n`);
  terminal.talk(inWords(checked));
  return checked.holds ? 0 : 1;
}

async function check(path: string, values: OptionValues, terminal: Terminal): Promise<Checked> {
  const given = typeof values['vkey'] === 'string' ? values['vkey'] : undefined;
  if (given !== undefined && !(await readVkey(given))) throw new UsageError('--vkey must be a verifier key: name+id+key.');
  const bytes = await readSmall(path);
  if (typeof bytes === 'string') return { holds: false, outcome: bytes };
  const found = await checkFile(bytes);
  if (!('verdict' in found)) return { holds: false, outcome: found.outcome };

  const { verdict } = found;
  const facts = {
    parts: verdict.parts,
    entry: verdict.entry,
    log: verdict.checkpoint?.origin,
    position: verdict.position,
    size: verdict.checkpoint?.size,
    keys: verdict.keys,
  };
  if (found.outcome !== 'holds')
    return { holds: false, outcome: found.outcome, ...(verdict.broken ? { broken: verdict.broken } : {}), ...facts };
  if (given !== undefined) {
    const isGiven = verdict.keys.every((key) => key === given);
    return isGiven
      ? { holds: true, outcome: 'holds', ...facts, signedBy: 'given' }
      : { holds: false, outcome: 'broken', broken: 'key', ...facts, signedBy: 'unknown' };
  }
  const { dataFolder, publicUrl } = readConfig(terminal.env);
  // Opened only where they are: keys made now would know nobody's receipts.
  const owner = existsSync(join(dataFolder, 'keys.json'))
    ? await ownerOf(verdict.keys, await openKeys(dataFolder))
    : ({ owner: 'unknown' } as const);
  if (owner.owner === 'own')
    return { holds: true, outcome: 'holds', ...facts, signedBy: owner.usedUntil ? 'own-earlier' : 'own' };
  const inOurName = existsSync(join(dataFolder, 'keys.json')) && verdict.checkpoint?.origin === originOf(publicUrl);
  return inOurName
    ? { holds: false, outcome: 'broken', broken: 'key', ...facts, signedBy: 'unknown' }
    : { holds: true, outcome: 'holds', ...facts, signedBy: 'unknown' };
}

async function readSmall(path: string): Promise<Uint8Array | 'missing' | 'too-large'> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path);
  } catch {
    return 'missing';
  }
  try {
    const { size } = await file.stat();
    return size > LARGEST_FILE ? 'too-large' : await file.readFile();
  } catch {
    return 'missing'; // a folder
  } finally {
    await file.close();
  }
}

function inWords(checked: Checked): string {
  const { verify, broken, file } = receiptTexts.en;
  switch (checked.outcome) {
    case 'missing':
      return 'There is no file of this name that can be read.';
    case 'too-large':
      return `${verify.tooLarge}.`;
    case 'unreadable':
      return `${verify.unreadable}.`;
    case 'truncated':
      return `${verify.truncated}.`;
    case 'proof-alone':
      return 'This proof names no entry. Check the receipt’s HTML or JSON file.';
    case 'unchecked':
      return file.uncheckedText;
    case 'broken':
      return checked.signedBy === 'unknown'
        ? 'The receipt does NOT hold: it is signed by another key than it must be.'
        : `The receipt does NOT hold. ${checked.broken ? broken[checked.broken] : ''}`;
    case 'holds':
      return [
        `The receipt holds: entry ${(checked.position ?? 0) + 1} of ${checked.size} in the log ${checked.log}.`,
        ...(checked.keys ?? []).map((key) => `  signed with ${key}`),
        checked.signedBy === 'unknown'
          ? 'Whether that is the key of who you think, you see on their page of keys; --vkey KEY demands a certain one.'
          : checked.signedBy === 'given'
            ? 'That is the key you named.'
            : `That is ${checked.signedBy === 'own' ? 'the' : 'an earlier'} key of this installation.`,
      ].join('\n');
  }
}
