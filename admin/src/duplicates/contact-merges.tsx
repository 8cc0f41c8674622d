import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Contact } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Section } from '../ui/section.tsx';
import { type Merge, mergesQuery, suggestionsQuery } from './queries.ts';
import { UndoDialog } from './undo-dialog.tsx';

/** On a contact's page: where it went up, what went up in it and until when that can be undone, and whether there may be more. */
export function ContactMerges({ contact }: { contact: Contact }) {
  const { t, format } = useLanguage();
  const words = t.duplicates.contact;
  const may = useMay();
  const { data } = useQuery(mergesQuery(contact.id));
  const [undoing, setUndoing] = useState<Merge>();
  const absorbed = data?.data.filter(({ survivor, undoneAt }) => survivor.id === contact.id && undoneAt === null) ?? [];

  return (
    <>
      {contact.mergedInto ? (
        <Callout
          tone="wait"
          title={words.mergedTitle}
          actions={
            <Button component={Link} to={`/people/${contact.mergedInto}`} variant="default" size="xs">
              {words.open}
            </Button>
          }
        >
          {words.mergedDetail}
        </Callout>
      ) : null}
      {!contact.mergedInto && may('contacts.merge') ? <Possible contactId={contact.id} /> : null}
      {absorbed.length > 0 ? (
        <Section title={words.title} lead={words.lead}>
          <Stack gap="xs">
            {absorbed.map((merge) => (
              <Group key={merge.id} gap="sm">
                <Link to="/people/$id" params={{ id: merge.absorbed.id }}>
                  {words.line(merge.absorbed.name || t.people.noName, format.date(merge.mergedAt))}
                </Link>
                {merge.isUndoable ? (
                  <>
                    <Text size="sm" c="dimmed">
                      {words.until(format.date(merge.undoUntil))}
                    </Text>
                    {may('contacts.merge') ? (
                      <Button
                        size="xs"
                        variant="default"
                        onClick={() => setUndoing(merge)}
                        aria-label={t.duplicates.merges.undoOf(merge.absorbed.name, merge.survivor.name)}
                      >
                        {t.duplicates.merges.undo}
                      </Button>
                    ) : null}
                  </>
                ) : null}
              </Group>
            ))}
          </Stack>
        </Section>
      ) : null}
      <UndoDialog merge={undoing} onClose={() => setUndoing(undefined)} />
    </>
  );
}

function Possible({ contactId }: { contactId: string }) {
  const words = useLanguage().t.duplicates.contact;
  const { data } = useInfiniteQuery(suggestionsQuery({ contact: contactId }));
  const found = data?.pages[0]?.data ?? [];
  const [first] = found;
  if (!first) return null;
  const other = first.one.id === contactId ? first.other : first.one;

  return (
    <Callout
      tone="note"
      title={words.find}
      actions={
        <Button component={Link} to={`/duplicates/${contactId}/${other.id}`} variant="default" size="xs">
          {words.look}
        </Button>
      }
    >
      {words.possible(found.length)}
    </Callout>
  );
}
