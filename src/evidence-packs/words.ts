import { evidenceWords as bg } from '#src/languages/bg/evidence.ts';
import { type EvidenceWords, evidenceWords as en } from '#src/languages/en/evidence.ts';
import type { Language } from '#src/languages/languages.ts';

export const wordsOf: Readonly<Record<Language, EvidenceWords>> = { bg, en };
