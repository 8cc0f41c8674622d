import type { EvidenceGrade } from '#src/consent/grade-evidence.ts';

/**
 * The formula, in points of a hundred for each datum under each purpose it serves:
 *
 * - `accounted`: source, legal basis, purpose and retention are known;
 * - `told`: the person knows where it came from: they gave it themselves, were told (Art. 14), or need not be (Art. 14(5));
 * - `proven`: a permission for the purpose stands in the ledger; a consent counts by how well it is proven.
 */
export const points = { accounted: 40, told: 20, proven: 40 } as const;

/** What a consent counts by its grade; another legal basis that stands counts whole. */
export const weights: Readonly<Record<EvidenceGrade, number>> = { A: 1, B: 0.9, C: 0.75, D: 0.5, E: 0.2 };

/** How some data stand. */
export interface Figure {
  readonly data: number;
  readonly accounted: number;
  readonly told: number;
  /** A sum of weights: ten consents of grade D are five. */
  readonly proven: number;
}

/** 0 to 100, one decimal; undefined of nothing. */
export function scoreOf({ data, accounted, told, proven }: Figure): number | undefined {
  if (data === 0) return undefined;
  const score = (points.accounted * accounted + points.told * told + points.proven * proven) / data;
  // Never up to a hundred: the last missing datum must be seen.
  return Math.floor(score * 10 + 1e-9) / 10;
}

export interface CoverageFigures {
  readonly total: Figure;
  readonly purposes: readonly (Figure & { readonly id: string })[];
  readonly sources: readonly (Figure & { readonly id: string })[];
  readonly fields: readonly (Figure & { readonly id: string })[];
}
