import Papa from 'papaparse';
import { withoutFormula } from '#src/contacts/write-csv.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Register } from './find-register.ts';
import { exportWordsOf, registerWordsOf, sayData } from './words.ts';
import { conditionOf, recipientsOf, transfersOf } from './write-register.ts';

/** The register as a table, one activity a line, in the order of Art. 30(1). */
export function writeRegisterCsv(register: Register, language: Language): string {
  const words = registerWordsOf[language];
  const { document } = words;
  const countries = new Intl.DisplayNames(language === 'bg' ? 'bg-BG' : 'en-GB', { type: 'region' });
  const voice = { words, country: (code: string) => countries.of(code) ?? code };
  const { controller } = register;
  const header = [
    document.controller,
    document.officer,
    document.activity,
    document.purpose,
    document.basis,
    document.subjects,
    document.data,
    document.special,
    document.condition,
    document.recipients,
    document.transfers,
    document.retention,
    document.security,
    document.interests,
    document.impact,
    document.reviewed,
    document.next,
    document.gaps,
  ];
  const lines = register.activities.map((entry) => {
    const { purpose, activity, interests, impact } = entry;
    const special = entry.fields.filter((field) => field.specialCategory !== null);
    return [
      controller
        ? [controller.name, controller.registrationNumber, controller.address, controller.email].filter(Boolean).join(', ')
        : '',
      [controller?.dpoName, controller?.dpoEmail].filter(Boolean).join(', '),
      purpose.name[language],
      purpose.explanation[language],
      exportWordsOf[language].legalBasis[purpose.legalBasis],
      activity?.dataSubjects.map((one) => words.dataSubjects[one]).join('; ') ?? '',
      sayData(entry, language).join('; '),
      special.map((field) => words.specialCategory[field.specialCategory ?? 'not-specified']).join('; '),
      special.length > 0 ? conditionOf(voice, entry) : '',
      recipientsOf(voice, entry).join('; '),
      transfersOf(voice, entry).join('; '),
      exportWordsOf[language].retention(purpose.retention.months, purpose.retention.starts),
      [...register.security.measures, ...(activity?.securityMeasures ?? [])].map((measure) => words.measure[measure]).join('; '),
      interests?.kind === 'legitimate-interests' ? words.interestsOutcome[interests.outcome] : '',
      impact?.kind === 'impact' ? words.impactOutcome[impact.outcome] : '',
      activity?.reviewedOn ?? '',
      activity?.nextReviewOn ?? '',
      entry.gaps.map((gap) => words.gap[gap]).join('; '),
    ].map(withoutFormula);
  });
  return `\uFEFF${Papa.unparse([header, ...lines], { newline: '\r\n' })}\r\n`;
}
