import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { timelineQuery } from '../api/queries.ts';
import type { TimelineEvent } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Section } from '../ui/section.tsx';
import styles from './contact.module.css';
import { TimelineItem } from './timeline-item.tsx';

export function Timeline({ contactId }: { contactId: string }) {
  const { t } = useLanguage();
  const query = useInfiniteQuery(timelineQuery(contactId));
  const words = t.contact.timeline;

  return (
    <Section title={words.title} lead={words.lead}>
      <Loaded query={query}>{({ pages }) => <Events events={pages.flatMap((page) => page.data)} />}</Loaded>
      {query.hasNextPage ? (
        <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t.common.more}
        </Button>
      ) : null}
    </Section>
  );
}

function Events({ events }: { events: TimelineEvent[] }) {
  const { t } = useLanguage();
  if (events.length === 0) return <Text size="sm">{t.contact.timeline.none}</Text>;

  return (
    <ol className={styles.events}>
      {events.map((event) => (
        <TimelineItem key={`${event.kind} ${event.id}`} event={event} />
      ))}
    </ol>
  );
}
