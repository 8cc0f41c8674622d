import { Button, Checkbox, Group, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { DutyFigures } from './duty-figures.tsx';
import { ExemptDialog } from './exempt-dialog.tsx';
import { type Duty, dutiesQuery, dutySummaryQuery, type Whom } from './queries.ts';
import { RecordDialog } from './record-dialog.tsx';
import type { ToTellSearch } from './search-params.ts';
import { SendDialog } from './send-dialog.tsx';

const MOST_CHOSEN = 200;

export function ToTellPage() {
  const { t, format } = useLanguage();
  const words = t.toTell;
  const search = useSearch({ from: '/to-tell' });
  const navigate = useNavigate();
  const summary = useQuery(dutySummaryQuery);
  const query = useInfiniteQuery(dutiesQuery(search));
  const may = useMay();
  const canTell = may('register.write');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<'send' | 'record' | 'exempt' | undefined>();
  const change = (changed: ToTellSearch) => {
    setChosen(new Set());
    void navigate({ to: '/to-tell', search: { ...search, ...changed }, replace: true });
  };
  const close = () => setOpened(undefined);
  const done = () => setChosen(new Set());
  const source = summary.data?.sources.find((one) => one.source.id === search.source)?.source;
  const whom: Whom =
    chosen.size > 0
      ? { contacts: [...chosen] }
      : { ...(search.source ? { source: search.source } : {}), ...(search.late ? { overdue: true } : {}) };
  const whomWords =
    chosen.size > 0
      ? words.whom.chosen
      : source
        ? words.whom.source(source.label)
        : search.late
          ? words.whom.late
          : words.whom.all;
  const isFiltered = Boolean(search.source || search.late);

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        canTell && (summary.data?.open ?? 0) > 0 ? (
          <>
            <Button onClick={() => setOpened('send')}>{words.send}</Button>
            <Button variant="default" disabled={chosen.size === 0} onClick={() => setOpened('record')}>
              {words.record}
            </Button>
            <Button variant="default" disabled={chosen.size === 0 && !search.source} onClick={() => setOpened('exempt')}>
              {words.exempt}
            </Button>
          </>
        ) : null
      }
    >
      {summary.data ? <DutyFigures summary={summary.data} /> : null}
      <Group align="flex-end" component="search" aria-label={words.filters}>
        <NativeSelect
          label={words.source}
          value={search.source ?? ''}
          data={[
            { value: '', label: words.everySource },
            ...(summary.data?.sources ?? []).map((one) => ({ value: one.source.id, label: one.source.label })),
          ]}
          onChange={(event) => change({ source: event.currentTarget.value || undefined })}
        />
        <Checkbox
          label={words.onlyLate}
          checked={search.late ?? false}
          onChange={(event) => change({ late: event.currentTarget.checked || undefined })}
        />
        {isFiltered ? (
          <Button variant="default" onClick={() => change({ source: undefined, late: undefined })}>
            {words.clear}
          </Button>
        ) : null}
        {chosen.size > 0 ? <Text role="status">{words.chosen(format.number(chosen.size))}</Text> : null}
      </Group>
      <Loaded query={query} lines={8}>
        {({ pages }) => {
          const duties = pages.flatMap((page) => page.data);

          return duties.length === 0 ? (
            <div className="card">
              <Empty title={isFiltered ? words.noMatch : words.none}>{isFiltered ? null : words.noneDetail}</Empty>
            </div>
          ) : (
            <Stack gap="sm">
              <DataTable
                caption={words.caption}
                columns={[words.person, words.due, words.source, words.reach, words.state]}
                isRefreshing={query.isPlaceholderData}
              >
                {duties.map((duty) => (
                  <DutyRow
                    key={`${duty.contact.id} ${duty.source.id}`}
                    duty={duty}
                    isChosen={chosen.has(duty.contact.id)}
                    {...(canTell
                      ? {
                          onChoose: (isChosen: boolean) =>
                            setChosen((held) => {
                              const next = new Set(held);
                              if (isChosen && next.size < MOST_CHOSEN) next.add(duty.contact.id);
                              else next.delete(duty.contact.id);
                              return next;
                            }),
                        }
                      : {})}
                  />
                ))}
              </DataTable>
              {query.hasNextPage ? (
                <Group justify="flex-end">
                  <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
                    {t.common.more}
                  </Button>
                </Group>
              ) : null}
            </Stack>
          );
        }}
      </Loaded>
      {opened === 'send' ? <SendDialog whom={whom} whomWords={whomWords} onClose={close} onDone={done} /> : null}
      {opened === 'record' ? <RecordDialog contacts={[...chosen]} onClose={close} onDone={done} /> : null}
      {opened === 'exempt' ? <ExemptDialog whom={whom} whomWords={whomWords} onClose={close} onDone={done} /> : null}
    </Page>
  );
}

function DutyRow({ duty, isChosen, onChoose }: { duty: Duty; isChosen: boolean; onChoose?: (isChosen: boolean) => void }) {
  const { t, format } = useLanguage();
  const words = t.toTell;
  const name = duty.contact.name || words.unnamed;

  return (
    <Table.Tr>
      <Table.Td data-label={words.person}>
        <Group gap="sm" wrap="nowrap">
          {onChoose ? (
            <Checkbox
              aria-label={words.select(name)}
              checked={isChosen}
              onChange={(event) => onChoose(event.currentTarget.checked)}
            />
          ) : null}
          <Link to="/people/$id" params={{ id: duty.contact.id }} className="break">
            {name}
          </Link>
        </Group>
      </Table.Td>
      <Table.Td data-label={words.due}>
        <Stack gap={2}>
          <span>
            <time dateTime={duty.dueOn}>{format.shortDate(duty.dueOn)}</time>{' '}
            {duty.isOverdue ? <Mark tone="no">{words.late}</Mark> : null}
          </span>
          {duty.legalDue === duty.dueOn ? null : (
            <Text size="sm" c="dimmed">
              {words.byLaw(format.shortDate(duty.legalDue))}
            </Text>
          )}
        </Stack>
      </Table.Td>
      <Table.Td data-label={words.source} className="break">
        {duty.source.label}
      </Table.Td>
      <Table.Td data-label={words.reach}>{words.reaches[duty.reach]}</Table.Td>
      <Table.Td data-label={words.state}>
        <Stack gap={2}>
          {duty.isRestricted ? <Mark tone="wait">{words.restricted}</Mark> : null}
          {duty.contact.state === 'quarantined' ? <Mark tone="wait">{words.quarantined}</Mark> : null}
          {duty.message ? <span>{(words.messages as Record<string, string>)[duty.message] ?? duty.message}</span> : null}
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}
