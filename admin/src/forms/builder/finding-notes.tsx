import type { Finding } from '../../api/form-types.ts';
import type { Language } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { IconWarning } from '../../ui/icons.tsx';
import { Mark } from '../../ui/mark.tsx';
import styles from './builder.module.css';
import { useBuilder } from './builder-context.ts';

/** Whether a finding keeps the form back, as icon and word. */
export function SeverityMark({ severity }: { severity: Finding['severity'] }) {
  const { t } = useLanguage();

  return severity === 'blocks' ? (
    <Mark tone="no">{t.formBuilder.blocks}</Mark>
  ) : (
    <Mark tone="wait" icon={<IconWarning size={14} />}>
      {t.formBuilder.warns}
    </Mark>
  );
}

/** What the linter says of one text, under it. Only phrasing elements: it stands in the paragraph of a field's error. */
export function FindingNotes({ findings }: { findings: readonly Finding[] }) {
  const { language } = useLanguage();

  return findings.map((finding, at) => (
    // Two findings may say the same of the same text.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <span key={`${finding.code} ${at}`} className={styles.note} lang={language}>
      <SeverityMark severity={finding.severity} /> {finding.words ? <q>{finding.words}</q> : null} {finding.explanation[language]}{' '}
      {finding.fix[language]} <span className={styles.article}>{finding.article[language]}</span>
    </span>
  ));
}

/** Findings about an element as a whole, which has no text of its own to stand under. */
export function ElementFindings({ places }: { places: readonly string[] }) {
  const { findings, refusalOf } = useBuilder();
  const found = findings.filter((finding) => places.includes(finding.place) && finding.language === null);
  const refusals = places.flatMap((place) => refusalOf(place) ?? []);
  if (found.length + refusals.length === 0) return null;

  return (
    <div className={styles.elementFindings}>
      <FindingNotes findings={found} />
      {refusals.map((refusal) => (
        <span key={refusal} className={styles.note}>
          <Mark tone="no">{refusal}</Mark>
        </span>
      ))}
    </div>
  );
}

export function useTextFindings(place: string) {
  const { findings, refusalOf } = useBuilder();
  const of = (language: Language, severity: Finding['severity']) =>
    findings.filter(
      (finding) =>
        finding.place === place && finding.severity === severity && (finding.language === null || finding.language === language),
    );

  return {
    error(language: Language) {
      const refusal = refusalOf(`${place}.${language}`);
      if (refusal) return refusal;
      const blocking = of(language, 'blocks');

      return blocking.length === 0 ? undefined : <FindingNotes findings={blocking} />;
    },
    note(language: Language) {
      const warning = of(language, 'warns');

      return warning.length === 0 ? undefined : <FindingNotes findings={warning} />;
    },
  };
}
