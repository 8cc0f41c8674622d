import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ListedEntry } from '../api/types.ts';
import { toneOfKind } from '../contact/ledger-tone.ts';
import { ProofDialog } from '../contact/proof-dialog.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { hasPage } from '../time-machine/has-page.ts';
import { SeenPageDialog } from '../time-machine/seen-page-dialog.tsx';
import { Mark } from '../ui/mark.tsx';

/** An import or a clock that was set tells of something that happened long before it was recorded. */
const APART_MS = 60_000;

export function LedgerRow({ entry }: { entry: ListedEntry }) {
  const { t, language, format } = useLanguage();
  const words = t.ledger;
  const isLate = Math.abs(Date.parse(entry.recordedAt) - Date.parse(entry.occurredAt)) > APART_MS;

  return (
    <Table.Tr>
      <Table.Td data-label={words.columns.when}>
        <time dateTime={entry.occurredAt}>{`${format.shortDate(entry.occurredAt)}, ${format.time(entry.occurredAt)}`}</time>
        {isLate ? (
          <Text size="sm" c="dimmed">
            {words.recorded(format.shortDate(entry.recordedAt))}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td data-label={words.columns.event}>
        <Mark tone={toneOfKind(entry.kind)}>{wordFor(t.words.ledgerKind, entry.kind)}</Mark>
        {entry.evidenceGrade ? (
          <Text size="sm" title={words.grades[entry.evidenceGrade]}>
            {words.grade(words.grades[entry.evidenceGrade].slice(0, 1))}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td data-label={words.columns.who}>
        <Link to="/people/$id" params={{ id: entry.contact.id }} className="break">
          {entry.contact.name ?? t.people.noName}
        </Link>
      </Table.Td>
      <Table.Td data-label={words.columns.about}>
        {entry.purpose ? (
          <Link to="/purposes/$id" params={{ id: entry.purpose.id }}>
            {entry.purpose.name[language]}
          </Link>
        ) : null}
        <Text size="sm" c="dimmed">
          {[
            entry.purpose ? t.common.version(entry.purpose.version) : undefined,
            entry.channel && entry.channel !== 'none' ? wordFor(t.words.channel, entry.channel) : undefined,
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td data-label={words.columns.how}>
        {wordFor(t.words.method, entry.method)}
        <Text size="sm" c="dimmed">
          {entry.actor.name ?? wordFor(t.words.actor, entry.actor.kind)}
        </Text>
      </Table.Td>
      <Table.Td data-label={words.columns.place}>
        <Stack gap={4} align="flex-start">
          <Text size="sm">{entry.position === null ? words.noPosition : words.position(format.number(entry.position))}</Text>
          <RowActions entry={entry} />
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}

function RowActions({ entry }: { entry: ListedEntry }) {
  const { t } = useLanguage();
  const [proofIsOpen, proof] = useDisclosure(false);
  const [pageIsOpen, page] = useDisclosure(false);

  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-sm" variant="default" onClick={proof.open}>
        {t.ledger.proof}
      </Button>
      {hasPage(entry.method, entry.hasText) ? (
        <Button size="compact-sm" variant="default" onClick={page.open}>
          {t.ledger.page}
        </Button>
      ) : null}
      {proofIsOpen ? <ProofDialog entryId={entry.id} opened onClose={proof.close} /> : null}
      {pageIsOpen ? <SeenPageDialog entryId={entry.id} opened onClose={page.close} /> : null}
    </Group>
  );
}
