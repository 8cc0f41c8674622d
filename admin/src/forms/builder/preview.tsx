import { Group, NativeSelect, SegmentedControl, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { previewQuery } from '../../api/form-queries.ts';
import type { FormDefinition, PreviewedPage } from '../../api/form-types.ts';
import type { Language } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { setStyles, withoutStyles } from '../../ui/foreign-html.ts';
import { Section } from '../../ui/section.tsx';
import styles from './builder.module.css';

const pages = ['form', 'parent', 'sent', 'mail', 'confirm', 'done'] as const satisfies readonly PreviewedPage[];

/** The very pages people will see, made by the server from what is being typed. */
export function Preview({ id, definition }: { id: string; definition: FormDefinition }) {
  const { t, language } = useLanguage();
  const words = t.formBuilder;
  const [spoken, setSpoken] = useState<Language>(language);
  const [size, setSize] = useState('phone');
  const [page, setPage] = useState<PreviewedPage>('form');

  return (
    <div className={styles.sticky} id={id} tabIndex={-1}>
      <Section title={words.preview} lead={words.previewLead}>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={words.previewLanguage}
            value={spoken}
            onChange={(value) => setSpoken(value as Language)}
            data={[
              { value: 'bg', label: t.words.language.bg },
              { value: 'en', label: t.words.language.en },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label={words.size}
            value={size}
            onChange={setSize}
            data={[
              { value: 'phone', label: words.phone },
              { value: 'desktop', label: words.desktop },
            ]}
          />
          <NativeSelect
            size="xs"
            aria-label={words.previewPage}
            value={page}
            onChange={(event) => setPage(event.currentTarget.value as PreviewedPage)}
            data={pages.map((value) => ({ value, label: words.pages[value] }))}
          />
        </Group>
        <PreviewFrame definition={definition} language={spoken} size={size} page={page} />
      </Section>
    </div>
  );
}

interface PreviewFrameProps {
  definition: FormDefinition;
  language: Language;
  size: string;
  page: PreviewedPage;
}

function PreviewFrame({ definition, language, size, page }: PreviewFrameProps) {
  const { t } = useLanguage();
  const [typed] = useDebouncedValue(definition, 400);
  const { data: html, error } = useQuery(previewQuery(typed, language, page));
  const words = t.formBuilder;

  return (
    <>
      {error ? (
        <Text size="sm" role="status">
          {words.previewRefused} {error.message}
        </Text>
      ) : null}
      {html === undefined ? null : (
        <div className={styles.stage}>
          {/* Same origin only so that the stylesheet loads and styles can be set; no script, no form, no way out. */}
          <iframe
            className={styles.frame}
            data-size={size}
            title={words.previewOf(words.pages[page], t.words.language[language])}
            sandbox="allow-same-origin"
            srcDoc={withoutStyles(html)}
            lang={language}
            onLoad={(event: SyntheticEvent<HTMLIFrameElement>) => setStyles(event.currentTarget)}
          />
        </div>
      )}
    </>
  );
}
