import type { Actor, EntryKind, Evidence } from '#src/ledger/entry.ts';

/** How well a consent can be proven, best first. */
export const evidenceGrades = ['A', 'B', 'C', 'D', 'E'] as const;
export type EvidenceGrade = (typeof evidenceGrades)[number];

/** What the grade of an entry depends on. */
export interface GradedEntry {
  readonly kind: EntryKind;
  readonly method: string;
  readonly actor: Pick<Actor, 'kind'>;
  readonly noticeHash?: string | null;
  readonly evidence?: Evidence;
}

/**
 * The one rule of how well a consent is proven (Art. 7(1)); undefined for what is no consent:
 *
 * - `A`: we rendered every text the person saw, and they confirmed from their own address (`shown: 'here'`).
 * - `B`: confirmed from their own address to our text, but what they saw first was rendered by somebody else
 *   (`shown: 'elsewhere'`), or nothing says by whom.
 * - `C`: recorded by staff with a file that shows it (`file`).
 * - `D`: recorded by staff with a note (`note`); or imported with the time and the network address of the consent
 *   (`optinTime`, `optinIp`) or of its confirmation (`confirmTime`, `confirmIp`).
 * - `E`: somebody says so, and nothing shows it.
 *
 * What another installation's log proves (`package`) loses nothing by being brought here: it keeps the grade it had there. So
 * does what is said again of a person whose records were united or taken apart: the entry it names proves it.
 *
 * A person's own act on a page counts as confirmed only by the method `confirmation-page`, which is reached through a message
 * to their address. Whatever is not known to be better is worse: a method this rule has never heard of is `E`.
 */
export function gradeEvidence(entry: GradedEntry): EvidenceGrade | undefined {
  if (entry.kind !== 'consent-given' && entry.kind !== 'consent-renewed') return undefined;
  const evidence = entry.evidence ?? {};
  if (entry.method === 'merge' || entry.method === 'unmerge') {
    return evidenceGrades.find((grade) => grade === evidence.grade) ?? 'E';
  }
  switch (entry.actor.kind) {
    case 'contact':
      if (entry.method !== 'confirmation-page') return 'E';
      return evidence.shown === 'here' && entry.noticeHash ? 'A' : 'B';
    case 'staff':
      if (says(evidence.file)) return 'C';
      return says(evidence.note) ? 'D' : 'E';
    case 'import':
      if (says(evidence.package)) return evidenceGrades.find((grade) => grade === evidence.grade) ?? 'E';
      return (says(evidence.optinTime) && says(evidence.optinIp)) || (says(evidence.confirmTime) && says(evidence.confirmIp))
        ? 'D'
        : 'E';
    default:
      return 'E';
  }
}

function says(value: Evidence[string] | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
