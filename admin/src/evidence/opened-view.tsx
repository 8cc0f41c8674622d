import { Button, Group, Stack, Table } from '@mantine/core';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Callout } from '../ui/callout.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { IconDownload } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';
import type { OpenedEvent, OpenedEvidence } from './queries.ts';

/** What two people opened: the consents of somebody of whom nothing else is left. */
export function OpenedView({ opened }: { opened: OpenedEvidence }) {
  const { t, format } = useLanguage();
  const words = t.evidence.open;
  if (!opened.found) {
    return (
      <Callout tone="note" role="status" title={words.notFound}>
        {words.notFoundLead}
      </Callout>
    );
  }

  return (
    <Stack>
      <Callout tone="wait" role="status" title={words.found}>
        {words.once}
      </Callout>
      {opened.capsules.map((capsule) => (
        <Definitions
          key={capsule.id}
          rows={[
            [words.sealed, format.date(capsule.sealedOn)],
            [words.until, format.date(capsule.keepUntil)],
            [words.ground, t.evidence.policy.grounds[capsule.ground]],
            [words.necessity, capsule.necessity],
          ]}
        />
      ))}
      <Events events={opened.events} />
      {opened.pack ? (
        <Group justify="flex-end">
          <Button leftSection={<IconDownload size={16} />} onClick={() => opened.pack && save(opened.pack)}>
            {words.save}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

function Events({ events }: { events: OpenedEvent[] }) {
  const { t, format, language } = useLanguage();
  const words = t.evidence.open;

  return (
    <DataTable caption={words.caption} columns={[words.what, words.when, words.how, words.grade, words.proof]}>
      {events.map((event) => (
        <Table.Tr key={event.entry}>
          <Table.Th scope="row">
            {wordFor(t.words.ledgerKind, event.kind)}
            {event.purpose ? `: ${event.purpose.name[language]}, ${wordFor(t.words.channel, event.channel)}` : null}
          </Table.Th>
          <Table.Td data-label={words.when}>{format.dateTime(event.occurredAt)}</Table.Td>
          <Table.Td data-label={words.how}>{wordFor(t.words.method, event.method)}</Table.Td>
          <Table.Td data-label={words.grade} data-empty={event.grade === null}>
            {wordFor(words.grades, event.grade)}
          </Table.Td>
          <Table.Td data-label={words.proof}>
            {event.proven ? (
              <Mark tone={event.opens ? 'yes' : 'plain'}>{event.opens ? words.opens : words.closed}</Mark>
            ) : (
              <Mark tone="wait">{words.waiting}</Mark>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function save({ fileName, base64 }: { fileName: string; base64: string }): void {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
