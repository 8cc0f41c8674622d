import type { Language } from '#src/languages/languages.ts';
import type { AssessmentInput, AssessmentKind, ImpactCriterion } from './assessment.ts';
import type { RegisteredActivity } from './find-register.ts';
import { exportWordsOf, registerWordsOf, sayData } from './words.ts';

type Answers<K extends AssessmentKind> = Extract<AssessmentInput, { kind: K }>['answers'];

/** The three steps with what is known filled in; whoever assesses rewrites the rest. */
export function draftInterests(activity: RegisteredActivity, language: Language): Answers<'legitimate-interests'> {
  const { template } = registerWordsOf[language];
  const { purpose } = activity;
  return {
    interest: template.interest(purpose.name[language], purpose.explanation[language]),
    necessity: template.necessity(sayData(activity, language).join('; ')),
    balance: template.balance(purpose.isMarketing),
    measures: template.measures,
  };
}

/** The screening with the signs that the register itself shows ticked, and the outline of Art. 35(7). */
export function draftImpact(activity: RegisteredActivity, language: Language): Answers<'impact'> {
  const { template } = registerWordsOf[language];
  const { purpose } = activity;
  const { months, starts } = purpose.retention;
  const data = sayData(activity, language).join('; ');
  const known: [ImpactCriterion, boolean][] = [
    ['monitoring', purpose.isMeasurement],
    ['sensitive-data', activity.fields.some((field) => field.specialCategory !== null)],
    ['vulnerable-people', purpose.needsAge || (activity.activity?.dataSubjects.includes('children') ?? false)],
  ];
  return {
    criteria: known.filter(([, isKnown]) => isKnown).map(([criterion]) => criterion),
    reasons: '',
    description: template.description(
      purpose.name[language],
      purpose.explanation[language],
      data,
      exportWordsOf[language].retention(months, starts),
    ),
    necessity: template.proportion,
    risks: template.risks,
    measures: template.riskMeasures,
    advice: template.advice,
  };
}
