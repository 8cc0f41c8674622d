import { Button, Group, NativeSelect, Stack, Table } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { deliveriesQuery, meQuery } from '../api/queries.ts';
import type { Delivery } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Callout } from '../ui/callout.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { StatusMark } from './status-mark.tsx';

export function MessagesPage() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { status } = useSearch({ from: '/messages' });
  const { data: me } = useQuery(meQuery);
  const query = useInfiniteQuery(deliveriesQuery({ status }));

  return (
    <Page title={t.messages.title} lead={t.messages.lead}>
      {me?.mail.mode === 'held' ? (
        <Callout tone="wait" title={t.messages.heldTitle}>
          {t.messages.heldLead}
        </Callout>
      ) : null}
      <Group>
        <NativeSelect
          label={t.messages.status}
          value={status ?? ''}
          data={[
            { value: '', label: t.messages.any },
            ...Object.entries(t.words.deliveryStatus).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(event) => void navigate({ to: '/messages', search: { status: event.currentTarget.value || undefined } })}
        />
      </Group>
      <Loaded query={query}>
        {({ pages }) => <MessagesTable deliveries={pages.flatMap((page) => page.data)} isRefreshing={query.isPlaceholderData} />}
      </Loaded>
      {query.hasNextPage ? (
        <Group justify="flex-end">
          <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
            {t.common.more}
          </Button>
        </Group>
      ) : null}
    </Page>
  );
}

function MessagesTable({ deliveries, isRefreshing }: { deliveries: Delivery[]; isRefreshing: boolean }) {
  const { t, language, format } = useLanguage();
  const words = t.messages;
  if (deliveries.length === 0) {
    return (
      <div className="card">
        <Empty title={words.none}>{words.noneDetail}</Empty>
      </div>
    );
  }

  return (
    <DataTable caption={words.caption} columns={[words.what, words.to, words.status, words.when]} isRefreshing={isRefreshing}>
      {deliveries.map((delivery) => (
        <Table.Tr key={delivery.id}>
          <Table.Th scope="row">
            <Stack gap={0}>
              <Link to="/messages/$id" params={{ id: delivery.id }} data-row-link>
                {wordFor(t.words.template, delivery.template)}
              </Link>
              {delivery.purpose?.name[language]}
            </Stack>
          </Table.Th>
          <Table.Td data-label={words.to}>{delivery.to ?? delivery.contact?.name}</Table.Td>
          <Table.Td data-label={words.status}>
            <StatusMark status={delivery.status} />
          </Table.Td>
          <Table.Td data-label={words.when}>{format.dateTime(delivery.createdAt)}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
