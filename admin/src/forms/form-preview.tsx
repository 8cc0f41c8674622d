import { Group, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { meQuery } from '../api/queries.ts';
import type { FormDefinition, Language, Texts } from '../api/types.ts';
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
  const company = useQuery(meQuery).data?.controller?.name;
  const say = (text: Texts) => (company ? text[language].replaceAll('{company}', company) : text[language]);

  return (
    <section className={styles.page} data-size={size} lang={language} aria-label={t.forms.previewOf(t.words.language[language])}>
      <p className={styles.heading}>{say(definition.title)}</p>
      <p>{say(definition.intro)}</p>
      {definition.fields.map((field) => (
        <div key={field.key} className={styles.question}>
          <strong>
            {say(field.label)} {field.required ? '' : words.optional}
          </strong>
          <span>{say(field.reason)}</span>
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
              {say(box.label)}
              <small>{say(box.hint)}</small>
            </span>
          </div>
        ))}
      </div>
      <span className={styles.button}>{say(definition.submit)}</span>
    </section>
  );
}
