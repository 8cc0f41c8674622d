import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formsQuery } from '../api/queries.ts';
import type { Form } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { CopyFormLink } from './copy-form-link.tsx';

export function FormsPage() {
  const { t } = useLanguage();
  const forms = useQuery(formsQuery);

  return (
    <Page title={t.forms.title} lead={t.forms.lead}>
      <Loaded query={forms}>{(rows) => <FormsTable forms={rows} />}</Loaded>
    </Page>
  );
}

function FormsTable({ forms }: { forms: Form[] }) {
  const { t, language, format } = useLanguage();
  const words = t.forms;
  if (forms.length === 0) return <Empty title={words.none} />;

  return (
    <DataTable caption={words.caption} columns={[words.name, words.state, words.version, words.since, words.copy]}>
      {forms.map((form) => (
        <Table.Tr key={form.id}>
          <Table.Th scope="row">
            <Link to="/forms/$id" params={{ id: form.id }} data-row-link>
              {form.published?.definition.title[language] ?? form.slug}
            </Link>
          </Table.Th>
          <Table.Td data-label={words.state}>
            <Mark tone={form.published ? 'yes' : 'wait'}>{form.published ? words.published : words.unpublished}</Mark>
          </Table.Td>
          <Table.Td data-label={words.version}>{form.published?.number ?? '–'}</Table.Td>
          <Table.Td data-label={words.since}>{form.published ? format.date(form.published.publishedAt) : '–'}</Table.Td>
          <Table.Td>
            <CopyFormLink url={form.url} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
