import { z } from 'zod';
import { lint as bg } from '#src/languages/bg/lint.ts';
import { lint as en, type LintTexts } from '#src/languages/en/lint.ts';
import type { Language } from '#src/languages/languages.ts';
import { inEveryLanguage } from '../form.ts';
import { type Finding, type FindingCode, findingCodes, severityOf } from './finding.ts';

// A code without words, or words without a code, is a type error here.
const words: { readonly [L in Language]: Readonly<Record<FindingCode, LintTexts[FindingCode]>> } = { bg, en };

const texts = z.object({ bg: z.string(), en: z.string() });

export const findingShape = z
  .object({
    code: z.enum(Object.keys(findingCodes) as [FindingCode, ...FindingCode[]]),
    place: z.string(),
    language: z.enum(['bg', 'en']).nullable(),
    severity: z.enum(['blocks', 'warns']),
    words: z.string().nullable(),
    article: texts,
    explanation: texts,
    fix: texts,
  })
  .meta({ id: 'Finding' });

/** A finding with the rule it rests on and what can be done, in every language. */
export function presentFinding(finding: Finding): z.input<typeof findingShape> {
  const say = (part: 'article' | 'explanation' | 'fix') => inEveryLanguage((language) => words[language][finding.code][part]);
  return { ...finding, severity: severityOf(finding), article: say('article'), explanation: say('explanation'), fix: say('fix') };
}
