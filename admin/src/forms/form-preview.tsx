import { Group, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { FormDefinition, Language } from '../api/types.ts';
import { bg } from '../languages/bg.ts';
import { en } from '../languages/en.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Section } from '../ui/section.tsx';
import styles from './forms.module.css';

const publicWords = { bg: bg.forms, en: en.forms };

/** The page people will see, drawn from what is being typed. Nothing in it can be sent. */
export function FormPreview({ definition }: { definition: FormDefinition }) {
  const { t, language } = useLanguage();
  const [spoken, setSpoken] = useState<Language>(language);
  const [size, setSize] = useState('phone');

  return (
    <div className={styles.sticky}>
      <Section title={t.forms.preview}>
        <Group gap="xs">
          <SegmentedControl
            aria-label={t.forms.previewLanguage}
            value={spoken}
            onChange={(value) => setSpoken(value as Language)}
            data={[
              { value: 'bg', label: t.words.language.bg },
              { value: 'en', label: t.words.language.en },
            ]}
          />
          <SegmentedControl
            aria-label={t.forms.size}
            value={size}
            onChange={setSize}
            data={[
              { value: 'phone', label: t.forms.phone },
              { value: 'desktop', label: t.forms.desktop },
            ]}
          />
        </Group>
        <div className={styles.stage}>
          <PreviewPage definition={definition} language={spoken} size={size} />
        </div>
      </Section>
    </div>
  );
}

function PreviewPage({ definition, language, size }: { definition: FormDefinition; language: Language; size: string }) {
  const { t } = useLanguage();
  const words = publicWords[language];

  return (
    <section className={styles.page} data-size={size} lang={language} aria-label={t.forms.previewOf(t.words.language[language])}>
      <p className={styles.heading}>{definition.title[language]}</p>
      <p>{definition.intro[language]}</p>
      {definition.fields.map((field) => (
        <div key={field.key} className={styles.question}>
          <strong>
            {field.label[language]} {field.required ? '' : words.optional}
          </strong>
          <span>{field.reason[language]}</span>
          <span className={styles.input} aria-hidden="true" />
        </div>
      ))}
      <div className={styles.consents}>
        <strong>{words.legend}</strong>
        <span>{words.legendHint}</span>
        {definition.boxes.map((box) => (
          <div key={`${box.purpose} ${box.channel}`} className={styles.consent}>
            <span className={styles.tick} aria-hidden="true" />
            <span>
              {box.label[language]}
              <small>{box.hint[language]}</small>
            </span>
          </div>
        ))}
      </div>
      <span className={styles.button}>{definition.submit[language]}</span>
    </section>
  );
}
