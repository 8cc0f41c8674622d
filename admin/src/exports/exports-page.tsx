import { Button, Group, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Section } from '../ui/section.tsx';
import { ExportState } from './export-state.tsx';
import { PolicyForm } from './policy-form.tsx';
import { type Export, exportPolicyQuery, exportsQuery } from './queries.ts';

/** Every copy of many people's data that was asked for, and when a second person has to agree. */
export function ExportsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const words = t.exports;

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        may('contacts.export') ? (
          <Button component={Link} to="/exports/new" leftSection={<IconPlus />}>
            {words.add}
          </Button>
        ) : null
      }
    >
      {may('contacts.export') ? (
        <ExportsParts />
      ) : (
        <Callout tone="wait" title={t.problem.forbidden}>
          {t.problem.forbiddenDetail}
        </Callout>
      )}
    </Page>
  );
}

function ExportsParts() {
  const { t } = useLanguage();
  const words = t.exports;
  const query = useInfiniteQuery(exportsQuery);
  const policy = useQuery(exportPolicyQuery);
  const rows = query.data?.pages.flatMap((page) => page.data) ?? [];

  return (
    <>
      <Loaded query={query} lines={6}>
        {() =>
          rows.length === 0 ? (
            <div className="card">
              <Empty title={words.none}>{words.noneHint}</Empty>
            </div>
          ) : (
            <>
              <ExportsTable rows={rows} />
              {query.hasNextPage ? (
                <Group justify="center">
                  <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {words.more}
                  </Button>
                </Group>
              ) : null}
            </>
          )
        }
      </Loaded>
      <Section title={words.policy.title} lead={words.policy.lead}>
        <Loaded query={policy}>{(saved) => <PolicyForm saved={saved} />}</Loaded>
      </Section>
    </>
  );
}

function ExportsTable({ rows }: { rows: Export[] }) {
  const { t, language, format } = useLanguage();
  const words = t.exports;
  const { columns } = words;

  return (
    <DataTable caption={words.caption} columns={[columns.what, columns.recipient, columns.people, columns.by, columns.status]}>
      {rows.map((one) => (
        <Table.Tr key={one.id}>
          <Table.Th scope="row">
            <Link to="/exports/$id" params={{ id: one.id }} className="break">
              {one.statement}
            </Link>
            <Text size="sm" c="dimmed">
              {[one.purpose?.name[language], wordFor(words.formats, one.format)].filter(Boolean).join(' · ')}
            </Text>
          </Table.Th>
          <Table.Td data-label={columns.recipient}>
            <span className="break">{one.recipient.name}</span>
            <Text size="sm" c="dimmed">
              {wordFor(words.recipientKinds, one.recipient.kind)}
            </Text>
          </Table.Td>
          <Table.Td data-label={columns.people}>
            {format.number(one.status === 'taken' ? one.given : (one.allowed ?? one.chosen))}
          </Table.Td>
          <Table.Td data-label={columns.by}>
            {one.requestedBy.name ?? wordFor(t.words.actor, one.requestedBy.kind)}
            <Text size="sm" c="dimmed">
              {format.dateTime(one.requestedAt)}
            </Text>
          </Table.Td>
          <Table.Td data-label={columns.status}>
            <ExportState one={one} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
