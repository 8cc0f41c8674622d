import { Text } from '@mantine/core';
import type { TimelineEvent } from '../api/types.ts';
import type { Dictionary } from '../languages/en.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { hasPage } from '../time-machine/has-page.ts';
import { SeenPageButton } from '../time-machine/seen-page-button.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { useFieldWords } from './field-words.tsx';
import { toneOfKind } from './ledger-tone.ts';

export function TimelineItem({ event }: { event: TimelineEvent }) {
  const { t, language, format } = useLanguage();
  const { fieldName } = useFieldWords();
  const about = [
    event.purpose?.name[language],
    event.channel && event.channel !== 'none' ? wordFor(t.words.channel, event.channel) : undefined,
    event.method ? wordFor(t.words.method, event.method) : undefined,
  ].filter(Boolean);

  return (
    <li>
      <Text size="sm" c="dimmed">
        <time dateTime={event.at}>{format.dateTime(event.at)}</time>
        {` · ${event.actor.name ?? wordFor(t.words.actor, event.actor.kind)}`}
      </Text>
      <Mark tone={toneOf(event)}>{titleOf(event, t, fieldName)}</Mark>
      {about.length > 0 ? <Text size="sm">{about.join(' · ')}</Text> : null}
      {event.kind === 'change' ? (
        <Text size="sm" className="break">
          {t.contact.timeline.fromTo(event.detail.from ?? null, event.detail.to ?? null)}
        </Text>
      ) : null}
      {event.kind === 'ledger' && hasPage(event.method) ? <SeenPageButton entryId={event.id} /> : null}
      {event.kind === 'disclosure' ? (
        <Text size="sm" className="break">
          {event.detail.statement}
        </Text>
      ) : null}
      {event.detail.reason ? <Text size="sm">{`${t.contact.timeline.reason}: ${event.detail.reason}`}</Text> : null}
    </li>
  );
}

function titleOf({ kind, title, detail }: TimelineEvent, t: Dictionary, fieldName: (key: string) => string): string {
  switch (kind) {
    case 'ledger':
      return wordFor(t.words.ledgerKind, title);
    case 'change':
      return t.contact.timeline.change(fieldName(detail.field ?? ''));
    case 'delivery':
      return `${wordFor(t.words.template, detail.template)}: ${wordFor(t.words.deliveryStatus, statusOf(title)).toLowerCase()}`;
    case 'submission':
      return wordFor(t.words.submission, title);
    case 'disclosure':
      return t.contact.timeline.givenTo(detail.recipient ?? '–');
  }
}

function toneOf({ kind, title }: TimelineEvent): Tone {
  if (kind === 'ledger') return toneOfKind(title);

  return kind === 'delivery' && ['failed', 'withheld'].includes(statusOf(title)) ? 'no' : 'plain';
}

const statusOf = (title: string) => title.replace('delivery-', '');
