import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { get, post } from '../api/client.ts';
import type { Field } from '../api/register-types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { FieldForm } from './field-form.tsx';
import { whyIdle } from './fields-page.tsx';
import { useReader } from './readers.ts';

export function AddFieldPage() {
  const { t } = useLanguage();

  return (
    <Page title={t.fields.addTitle}>
      <FieldForm />
    </Page>
  );
}

export function FieldPage() {
  const { t } = useLanguage();
  const { key } = useParams({ from: '/fields/$key' });
  const field = useQuery({
    queryKey: ['fields', key],
    queryFn: ({ signal }) => get<Field>(`/api/v1/fields/${key}`, { signal }),
  });

  return (
    <LoadedPage query={field} title={t.fields.title}>
      {(one) => <FieldView field={one} />}
    </LoadedPage>
  );
}

function FieldView({ field }: { field: Field }) {
  const { t, language } = useLanguage();
  const may = useMay();
  const words = t.fields;

  return (
    <Page
      title={words.editTitle(field.label[language])}
      lead={`${words.key}: ${field.key}. ${may('register.write') && !field.archivedAt ? words.archiveHint : ''}`}
      actions={may('register.write') ? <ArchiveButton field={field} /> : null}
    >
      {field.isFillable ? null : <Callout tone="no" title={whyIdle(field, words)} />}
      {may('register.write') ? <FieldForm key={JSON.stringify(field)} field={field} /> : <FieldTerms field={field} />}
    </Page>
  );
}

function FieldTerms({ field }: { field: Field }) {
  const { t, language } = useLanguage();
  const words = t.fields;
  const readerWord = useReader();

  return (
    <Section title={words.field}>
      <Definitions
        rows={[
          [words.type, wordFor(words.fieldType, field.type)],
          [words.options, field.options.map(({ label }) => label[language]).join(', ')],
          [words.category, wordFor(words.dataCategory, field.dataCategory)],
          [words.specialLabel, field.specialCategory ? wordFor(words.specialCategory, field.specialCategory) : ''],
          [words.purposes, field.purposes.map(({ name }) => name[language]).join(', ') || words.noPurpose],
          [words.truth, wordFor(words.sourceOfTruth, field.sourceOfTruth)],
          [words.visible, field.visibleTo.map(readerWord).join(', ')],
        ]}
      />
    </Section>
  );
}

function ArchiveButton({ field }: { field: Field }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const words = t.fields;
  const act = useMutation({
    mutationFn: () => post(`/api/v1/fields/${field.key}/${field.archivedAt ? 'restore' : 'archive'}`),
    onSuccess: async () => {
      notifications.show({ message: field.archivedAt ? words.restoredDone : words.archivedDone, color: 'green' });
      await queries.invalidateQueries();
    },
  });

  return (
    <>
      {act.error ? <ProblemNotice problem={act.error} /> : null}
      <Button variant="default" loading={act.isPending} onClick={() => act.mutate()}>
        {field.archivedAt ? words.restore : words.archive}
      </Button>
    </>
  );
}
