import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { ActDialog } from './act-dialog.tsx';
import { ActsDone } from './acts-done.tsx';
import { DeadlineDialog } from './deadline-dialog.tsx';
import { GroundDialog } from './ground-dialog.tsx';
import { type QuarantinedSource, quarantineQuery } from './queries.ts';

type Opened = { what: 'repair' | 'day' | 'ask'; row: QuarantinedSource | undefined };

export function QuarantinePage() {
  const { t } = useLanguage();
  const words = t.quarantine;
  const query = useQuery(quarantineQuery);
  const may = useMay();
  const [opened, setOpened] = useState<Opened | undefined>();
  const close = () => setOpened(undefined);
  const canRepair = may('register.write');

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        canRepair && (query.data?.sources.length ?? 0) > 1 ? (
          <Button variant="default" onClick={() => setOpened({ what: 'repair', row: undefined })}>
            {words.repairAll}
          </Button>
        ) : null
      }
    >
      <Loaded query={query} lines={6}>
        {({ sources }) =>
          sources.length === 0 ? (
            <div className="card">
              <Empty title={words.none}>{words.noneDetail}</Empty>
            </div>
          ) : (
            <DataTable
              caption={words.caption}
              columns={[
                words.source,
                words.people,
                words.since,
                words.until,
                words.untold,
                ...(canRepair ? [words.actions] : []),
              ]}
            >
              {sources.map((row) => (
                <SourceRow key={row.source.id} row={row} {...(canRepair ? { onOpen: (what) => setOpened({ what, row }) } : {})} />
              ))}
            </DataTable>
          )
        }
      </Loaded>
      <ActsDone />
      {opened?.what === 'repair' ? <ActDialog row={opened.row} all={query.data?.sources ?? []} onClose={close} /> : null}
      {opened?.what === 'day' && opened.row ? <DeadlineDialog row={opened.row} onClose={close} /> : null}
      {opened?.what === 'ask' && opened.row ? <GroundDialog row={opened.row} onClose={close} /> : null}
    </Page>
  );
}

function SourceRow({ row, onOpen }: { row: QuarantinedSource; onOpen?: (what: Opened['what']) => void }) {
  const { t, format } = useLanguage();
  const words = t.quarantine;
  const isSoon = row.expiresOn !== null && Date.parse(row.expiresOn) - Date.now() < 7 * 86_400_000;

  return (
    <Table.Tr>
      <Table.Td data-label={words.source}>
        <Text component="span" className="break">
          {row.source.label}
        </Text>
        <Text size="sm" c="dimmed">
          {t.words.obtainedFrom[row.source.obtainedFrom as 'other' | 'data-subject']}
        </Text>
      </Table.Td>
      <Table.Td data-label={words.people}>
        <Link
          to="/people"
          search={{ state: 'quarantined', source: row.source.id }}
          aria-label={`${words.people}: ${format.number(row.people)}, ${row.source.label}`}
        >
          {format.number(row.people)}
        </Link>
      </Table.Td>
      <Table.Td data-label={words.since}>
        <time dateTime={row.since}>{format.shortDate(row.since)}</time>
      </Table.Td>
      <Table.Td data-label={words.until}>
        {row.expiresOn ? (
          <Stack gap={2}>
            <span>
              <time dateTime={row.expiresOn}>{format.shortDate(row.expiresOn)}</time>{' '}
              {isSoon ? <Mark tone="wait">{words.soon}</Mark> : null}
            </span>
            <Text size="sm" c="dimmed">
              {row.deadlineReason ?? words.defaultDay}
            </Text>
          </Stack>
        ) : (
          words.noDay
        )}
      </Table.Td>
      <Table.Td data-label={words.untold}>
        {row.untold > 0 ? (
          <Link
            to="/to-tell"
            search={{ source: row.source.id }}
            aria-label={`${words.untold}: ${format.number(row.untold)}, ${row.source.label}`}
          >
            {format.number(row.untold)}
          </Link>
        ) : (
          format.number(0)
        )}
      </Table.Td>
      {onOpen ? (
        <Table.Td data-label={words.actions}>
          <Group gap="xs">
            <Button size="xs" onClick={() => onOpen('repair')} aria-label={words.repairOf(row.source.label)}>
              {words.repair}
            </Button>
            <Button size="xs" variant="default" onClick={() => onOpen('day')} aria-label={words.dayOf(row.source.label)}>
              {words.setDay}
            </Button>
            <Button size="xs" variant="default" onClick={() => onOpen('ask')} aria-label={words.mayAskOf(row.source.label)}>
              {words.mayAsk}
            </Button>
          </Group>
        </Table.Td>
      ) : null}
    </Table.Tr>
  );
}
