import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { purposesQuery } from '../api/queries.ts';
import type { Purpose } from '../api/types.ts';
import { RetentionText } from '../contact/provenance-note.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';

export function PurposesPage() {
  const { t } = useLanguage();
  const may = useMay();
  const purposes = useQuery(purposesQuery);

  return (
    <Page
      title={t.purposes.title}
      lead={t.purposes.lead}
      actions={
        may('purposes.write') ? (
          <Button component={Link} to="/purposes/new" leftSection={<IconPlus />}>
            {t.purposes.add}
          </Button>
        ) : null
      }
    >
      <Loaded query={purposes}>{(rows) => <PurposesTable purposes={rows} />}</Loaded>
    </Page>
  );
}

function PurposesTable({ purposes }: { purposes: Purpose[] }) {
  const { t } = useLanguage();
  const words = t.purposes;
  if (purposes.length === 0) return <Empty title={words.none} />;

  return (
    <DataTable caption={words.caption} columns={[words.name, words.basis, words.channels, words.retention]}>
      {purposes.map((purpose) => (
        <Table.Tr key={purpose.id}>
          <Table.Th scope="row">
            <PurposeName purpose={purpose} />
          </Table.Th>
          <Table.Td data-label={words.basis}>{wordFor(t.words.legalBasis, purpose.legalBasis)}</Table.Td>
          <Table.Td data-label={words.channels}>
            {purpose.channels.map((channel) => t.words.channel[channel]).join(', ')}
          </Table.Td>
          <Table.Td data-label={words.retention}>
            <RetentionText retention={purpose.retention} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function PurposeName({ purpose }: { purpose: Purpose }) {
  const { t, language } = useLanguage();

  return (
    <>
      <Link to="/purposes/$id" params={{ id: purpose.id }} data-row-link>
        {purpose.name[language]}
      </Link>{' '}
      {purpose.isMarketing ? (
        <Mark tone="plain" icon={null}>
          {t.purposes.marketing}
        </Mark>
      ) : null}
      {purpose.isSystem ? <Mark tone="plain">{t.purposes.system}</Mark> : null}
      {purpose.archivedAt ? <Mark tone="no">{t.purposes.archived}</Mark> : null}
    </>
  );
}
