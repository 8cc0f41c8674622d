import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { formQuery } from '../../api/form-queries.ts';
import type { Form } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Section } from '../../ui/section.tsx';
import { Comparison } from './comparison.tsx';

export function VersionsPage() {
  const { id } = useParams({ from: '/forms/$id' });
  const { data: form } = useQuery(formQuery(id));
  if (!form) return null;

  return (
    <>
      <Versions form={form} />
      <Comparison form={form} />
    </>
  );
}

function Versions({ form }: { form: Form }) {
  const { t, format } = useLanguage();
  const words = t.formVersions;

  return (
    <Section title={words.title} lead={words.lead}>
      {form.versions.length === 0 ? (
        <Empty title={words.none} />
      ) : (
        <DataTable caption={words.title} columns={[words.version, words.published, words.state, words.compare]}>
          {form.versions.map((version, at) => {
            const isCurrent = version.id === form.published?.versionId;
            const previous = form.versions[at + 1];

            return (
              <Table.Tr key={version.id}>
                <Table.Th scope="row">{t.common.version(version.number)}</Table.Th>
                <Table.Td data-label={words.published}>{format.dateTime(version.publishedAt)}</Table.Td>
                <Table.Td data-label={words.state} data-empty={!isCurrent}>
                  {isCurrent ? <Mark tone="yes">{words.current}</Mark> : null}
                </Table.Td>
                <Table.Td data-empty={!previous}>
                  {previous ? (
                    <Button
                      component={Link}
                      to={`/forms/${form.id}/versions?from=${previous.id}&to=${version.id}`}
                      size="xs"
                      variant="default"
                      aria-label={`${words.withPrevious}: ${t.common.version(version.number)}`}
                    >
                      {words.withPrevious}
                    </Button>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </DataTable>
      )}
    </Section>
  );
}
