import { Button, Text } from '@mantine/core';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Definitions } from '../../ui/definitions.tsx';
import { Section } from '../../ui/section.tsx';
import styles from './builder.module.css';
import { useBuilder } from './builder-context.ts';
import { SeverityMark } from './finding-notes.tsx';
import { usePlaceName } from './place-name.ts';

/** Everything the linter found, first what keeps the form from being published; each leads to where it is mended. */
export function FindingsList({ id }: { id: string }) {
  const { t, language } = useLanguage();
  const { findings, goTo } = useBuilder();
  const nameOf = usePlaceName();
  const words = t.formBuilder;
  const blocking = findings.filter(({ severity }) => severity === 'blocks');
  const sorted = [...blocking, ...findings.filter(({ severity }) => severity === 'warns')];

  return (
    <div id={id} tabIndex={-1} className={styles.findings}>
      <Section
        title={words.findings}
        lead={findings.length === 0 ? words.noFindings : words.findingsLead(blocking.length, findings.length - blocking.length)}
      >
        {sorted.length === 0 ? null : (
          <ul className={styles.findingList}>
            {sorted.map((finding, at) => (
              // Two findings may say the same of the same text.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <li key={`${finding.code} ${finding.place} ${at}`} className={styles.finding}>
                <div className={styles.findingHead}>
                  <SeverityMark severity={finding.severity} />
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    className={styles.goTo}
                    onClick={() => goTo(finding.place, finding.language)}
                  >
                    {nameOf(finding.place)}
                    {finding.language ? ` ${t.formVersions.inLanguage[finding.language]}` : ''}
                  </Button>
                  <code className="mono">{finding.code}</code>
                </div>
                <Text size="sm">{finding.explanation[language]}</Text>
                <Definitions
                  rows={[
                    [words.words, finding.words ? <q key="words">{finding.words}</q> : undefined],
                    [words.fix, finding.fix[language]],
                    [words.article, finding.article[language]],
                  ]}
                />
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}
