import { type ConsentHistory, consentHistory, type HistoryEntry, historyEntry } from './consent-history.ts';
import {
  canonical,
  includes,
  leafOf,
  openNote,
  type PartState,
  type ReceiptPart,
  type ReceiptVerdict,
  readCheckpoint,
  readVkey,
  sealText,
} from './verify-receipt.js';

export interface VerifiedHistory {
  readonly verdict: ReceiptVerdict;
  /** Only of a history that holds. */
  readonly history?: ConsentHistory;
  readonly entries?: readonly (HistoryEntry & { readonly position: number })[];
}

/** Whether a consent history holds in every part: each entry opened, each in the log, each text the one that is named. */
export async function verifyConsentHistory(document: unknown): Promise<VerifiedHistory> {
  const parsed = consentHistory.safeParse(document);
  if (!parsed.success) return { verdict: brokenForm };
  const history = parsed.data;
  const read = await Promise.all(history.log.vkeys.map(readVkey));
  const keys = read.filter((key) => key !== undefined);
  const signed = await openNote(history.log.checkpoint, keys);
  const checkpoint = signed.state === 'broken' ? undefined : readCheckpoint(signed.text);
  const isNamed = checkpoint?.origin === history.log.origin && checkpoint.size === history.log.size;

  const texts = new Map<string, string>();
  for (const notice of history.notices) texts.set(notice.sha256, await sha256Of(notice.text));
  let isOpened = true;
  let isInLog = checkpoint !== undefined;
  let areTexts = [...texts].every(([named, is]) => named === is);
  const entries: (HistoryEntry & { position: number })[] = [];
  for (const { entry, entryKey, leaf, position, inclusion } of history.entries) {
    const said = readEntry(entry);
    isOpened &&= said !== undefined && said.contact === history.contact && (await leafOf(entryKey, entry)) === leaf;
    isInLog &&=
      checkpoint !== undefined && (await includes({ leaf, position, size: checkpoint.size, inclusion, root: checkpoint.root }));
    if (!said) continue;
    areTexts &&= said.notice === null || texts.has(said.notice);
    entries.push({ ...said, position });
  }
  const { seal, ...sealed } = history;
  const sealing = await openNote(seal, keys);
  const isSealed = sealing.text === (await sealText(history.log.origin, sealed));

  const states: [ReceiptPart, PartState][] = [
    ['form', 'holds'],
    ['key', keys.length === read.length ? 'holds' : 'broken'],
    ['checkpoint', isNamed ? signed.state : 'broken'],
    ['entry', isOpened ? 'holds' : 'broken'],
    ['proof', isInLog ? 'holds' : 'broken'],
    ['text', areTexts ? 'holds' : 'broken'],
    ['seal', isSealed ? sealing.state : 'broken'],
  ];
  const broken = states.find(([, state]) => state === 'broken')?.[0];
  const last = history.entries.at(-1);
  const verdict: ReceiptVerdict = {
    outcome: broken ? 'broken' : states.some(([, state]) => state === 'unchecked') ? 'unchecked' : 'holds',
    ...(broken ? { broken } : {}),
    parts: states.map(([part, state]) => ({ part, state })),
    keys: [...new Set([...signed.by, ...sealing.by])],
    ...(!broken && last && checkpoint
      ? { entry: entries.at(-1) as Record<string, unknown>, checkpoint, position: last.position, leaf: last.leaf }
      : {}),
  };
  return verdict.outcome === 'holds' ? { verdict, history, entries } : { verdict };
}

const brokenForm: ReceiptVerdict = {
  outcome: 'broken',
  broken: 'form',
  parts: [{ part: 'form', state: 'broken' }],
  keys: [],
};

function readEntry(text: string): HistoryEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return canonical(value) === text ? historyEntry.safeParse(value).data : undefined;
  } catch {
    return undefined;
  }
}

async function sha256Of(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex');
}
