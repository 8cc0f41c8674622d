import { Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { AuditEntry } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';

export function AuditRow({ entry }: { entry: AuditEntry }) {
  const { t, format } = useLanguage();
  const words = t.audit;

  return (
    <Table.Tr>
      <Table.Td data-label={words.when}>
        <time dateTime={entry.at}>{format.dateTime(entry.at)}</time>
      </Table.Td>
      <Table.Td data-label={words.who}>{entry.actor.name ?? wordFor(words.actors, entry.actor.kind)}</Table.Td>
      <Table.Td data-label={words.what}>{wordFor(words.actions, entry.action)}</Table.Td>
      <Table.Td data-label={words.about}>
        <Subject subject={entry.subject} />
        <Detail detail={entry.detail} />
      </Table.Td>
    </Table.Tr>
  );
}

function Subject({ subject }: { subject: AuditEntry['subject'] }) {
  const { t } = useLanguage();
  if (!subject) return null;
  const word = wordFor(t.audit.subjects, subject.kind);
  const places = { contact: '/people/$id', purpose: '/purposes/$id', form: '/forms/$id', delivery: '/messages/$id' } as const;
  const place = places[subject.kind as keyof typeof places];

  return place ? (
    <Link to={place} params={{ id: subject.id }}>
      {word}
    </Link>
  ) : (
    <span>{word}</span>
  );
}

/** Names of fields, codes and counts; the log never holds what a field held. */
function Detail({ detail }: { detail: unknown }) {
  const { t } = useLanguage();
  if (typeof detail !== 'object' || detail === null || Object.keys(detail).length === 0) return null;

  return (
    <Text size="sm" c="dimmed">
      {Object.entries(detail)
        .map(([key, value]) => `${wordFor(t.audit.details, key)}: ${said(value, t.common)}`)
        .join(' · ')}
    </Text>
  );
}

function said(value: unknown, words: { yes: string; no: string; none: string }): string {
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.join(', ');

  return value === null ? words.none : String(value);
}
