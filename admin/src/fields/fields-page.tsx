import { Button, Switch, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Field } from '../api/register-types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { allFieldsQuery, fieldsQuery } from '../register/queries.ts';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { useReader } from './readers.ts';

export function FieldsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const [showsArchived, setShowsArchived] = useState(false);
  const fields = useQuery(showsArchived ? allFieldsQuery : fieldsQuery);

  return (
    <Page
      title={t.fields.title}
      lead={t.fields.lead}
      actions={
        may('register.write') ? (
          <Button component={Link} to="/fields/new" leftSection={<IconPlus />}>
            {t.fields.add}
          </Button>
        ) : null
      }
    >
      <Switch
        label={t.fields.showArchived}
        checked={showsArchived}
        onChange={(event) => setShowsArchived(event.currentTarget.checked)}
      />
      <Loaded query={fields}>{(all) => <FieldsTable fields={all} />}</Loaded>
    </Page>
  );
}

function FieldsTable({ fields }: { fields: Field[] }) {
  const { t, language } = useLanguage();
  const words = t.fields;
  const readerWord = useReader();

  return (
    <DataTable caption={words.title} columns={[words.field, words.category, words.purposes, words.visible]}>
      {fields.map((field) => (
        <Table.Tr key={field.key}>
          <Table.Th scope="row">
            <Link to="/fields/$key" params={{ key: field.key }} data-row-link>
              {field.label[language]}
            </Link>{' '}
            {field.isStandard ? <Mark tone="plain">{words.standard}</Mark> : null}
            {field.archivedAt ? <Mark tone="no">{words.archived}</Mark> : null}
            <Text size="sm" c="dimmed" fw={400}>
              {wordFor(words.fieldType, field.type)}
            </Text>
          </Table.Th>
          <Table.Td data-label={words.category}>
            {wordFor(words.dataCategory, field.dataCategory)}
            {field.specialCategory ? (
              <Text size="sm" fw={600}>
                {wordFor(words.specialCategory, field.specialCategory)}
              </Text>
            ) : null}
          </Table.Td>
          <Table.Td data-label={words.purposes}>
            {field.isFillable ? (
              field.purposes.map(({ name }) => name[language]).join(', ')
            ) : (
              <Mark tone="no">{whyIdle(field, words)}</Mark>
            )}
          </Table.Td>
          <Table.Td data-label={words.visible}>
            {field.visibleTo.length === 6 ? words.everybody : field.visibleTo.map(readerWord).join(', ')}
            {field.isReadable ? null : ` (${words.hidden})`}
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

/** Why nobody can fill a field in. */
export function whyIdle(field: Field, words: { outOfUse: string; idle: string; noCondition: string }): string {
  if (field.archivedAt) return words.outOfUse;

  return field.purposes.length === 0 ? words.idle : words.noCondition;
}
