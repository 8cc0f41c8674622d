import { Button, Table, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { post } from '../api/client.ts';
import { formQuery } from '../api/queries.ts';
import type { Form } from '../api/types.ts';
import { PackButton } from '../evidence/pack-button.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { IconOpen } from '../ui/icons.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { CopyFormLink } from './copy-form-link.tsx';
import { FormEditor } from './form-editor.tsx';
import { FormPreview } from './form-preview.tsx';

export function FormPage() {
  const { t } = useLanguage();
  const { id } = useParams({ from: '/forms/$id' });
  const form = useQuery(formQuery(id));

  return (
    <LoadedPage query={form} title={t.forms.title}>
      {(one) => <FormView form={one} />}
    </LoadedPage>
  );
}

function FormView({ form }: { form: Form }) {
  const { t, language } = useLanguage();
  const may = useMay();
  const definition = form.published?.definition ?? form.versions.find((version) => version.definition)?.definition;

  return (
    <Page
      title={definition?.title[language] ?? form.slug}
      lead={
        <Mark tone={form.published ? 'yes' : 'wait'}>
          {form.published ? `${t.forms.published}: ${t.common.version(form.published.number)}` : t.forms.unpublished}
        </Mark>
      }
      actions={
        <>
          <Button
            component="a"
            href={form.url}
            target="_blank"
            rel="noreferrer"
            variant="default"
            leftSection={<IconOpen size={16} />}
          >
            {t.forms.open}
            <VisuallyHidden>{t.common.opensInNewTab}</VisuallyHidden>
          </Button>
          <CopyFormLink url={form.url} />
          {may('evidence.read') ? <PackButton path={`/api/v1/forms/${form.id}/evidence-pack`} /> : null}
          {may('forms.write') ? <PublishToggle form={form} /> : null}
        </>
      }
    >
      {definition && may('forms.write') ? (
        <FormEditor
          // A newly published version is the new starting point of the editor.
          key={form.published?.versionId}
          formId={form.id}
          definition={definition}
          nextNumber={Math.max(0, ...form.versions.map(({ number }) => number)) + 1}
        />
      ) : null}
      {definition && !may('forms.write') ? <FormPreview definition={definition} /> : null}
      <Versions form={form} />
    </Page>
  );
}

function PublishToggle({ form }: { form: Form }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const toggle = useMutation({
    mutationFn: () => post(`/api/v1/forms/${form.id}/${form.published ? 'unpublish' : 'publish'}`),
    onSuccess: async () => {
      notifications.show({ message: form.published ? t.forms.unpublishedDone : t.forms.publishedDone, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['forms'] });
    },
  });

  return (
    <>
      <Button variant="default" onClick={() => toggle.mutate()} loading={toggle.isPending}>
        {form.published ? t.forms.unpublish : t.forms.publish}
      </Button>
      {toggle.error ? <ProblemNotice problem={toggle.error} /> : null}
    </>
  );
}

function Versions({ form }: { form: Form }) {
  const { t, format } = useLanguage();
  const words = t.forms;

  return (
    <Section title={words.versions} lead={words.versionsLead}>
      <DataTable caption={words.versions} columns={[words.version, words.since, words.state]}>
        {[...form.versions]
          .sort((one, other) => other.number - one.number)
          .map((version) => (
            <Table.Tr key={version.id}>
              <Table.Th scope="row">{t.common.version(version.number)}</Table.Th>
              <Table.Td data-label={words.since}>{format.dateTime(version.publishedAt)}</Table.Td>
              <Table.Td data-label={words.state} data-empty={version.number !== form.published?.number}>
                {version.number === form.published?.number ? <Mark tone="yes">{words.current}</Mark> : null}
              </Table.Td>
            </Table.Tr>
          ))}
      </DataTable>
    </Section>
  );
}
