import { hash } from 'node:crypto';
import type { Counts } from '#platform/jobs/job.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { RetentionRule } from '#src/purposes/purpose.ts';
import type { BatchMode } from './retention.ts';

/** What was done with a batch, without a word about anybody. */
export interface Certificate {
  readonly format: 'saglasie-retention-certificate';
  readonly version: 1;
  /** Public id of the batch. */
  readonly id: string;
  readonly controller: string | null;
  readonly purpose: { readonly slug: string; readonly version: number; readonly name: Texts };
  readonly rule: RetentionRule;
  readonly mode: BatchMode;
  /** Public ids and roles of who approved; empty when the rule runs by itself. */
  readonly approvedBy: readonly { readonly id: string; readonly role: string; readonly at: string }[];
  readonly proposedAt: string;
  readonly approvedAt: string;
  readonly finishedAt: string;
  readonly planned: { readonly people: number; readonly data: number };
  readonly done: {
    readonly peopleErased: number;
    readonly dataRemoved: number;
    readonly byField: Counts;
    readonly evidenceSealed: number;
  };
  readonly leftAlone: {
    readonly activeAgain: number;
    readonly onHold: number;
    readonly restricted: number;
    readonly united: number;
  };
  /** Gone by other means between approval and now: erased on request, say. */
  readonly goneBefore: number;
  /** The journal of erasures names this many records under this batch (a person may have had several that were united); SHA-256 over their random ids, one a line, sorted. */
  readonly journal: { readonly entries: number; readonly sha256: string };
  /** What was deleted of each person, and what stays of them without saying who they were. */
  readonly deleted: readonly string[];
  readonly stays: readonly { readonly table: string; readonly because: Texts | null }[];
}

/** What is signed: a statement of its own kind, in which no checkpoint of the log can be read. */
export function certificateStatement(body: string): string {
  return `saglasie retention certificate v1\nsha256 ${hash('sha256', body, 'hex')}\n`;
}

export function journalDigest(contactIds: readonly string[]): string {
  return hash('sha256', contactIds.map((id) => `${id}\n`).join(''), 'hex');
}
