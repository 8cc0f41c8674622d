import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import type { ContactPage, Language } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { IconGlobe, IconKeyboard, IconPlus, IconSearch } from '../ui/icons.tsx';
import { useChangeLanguage } from './account-menu.tsx';
import { destinations } from './navigation.ts';

/** Ctrl+K or Cmd+K: pages, a few actions, and people by name. */
export function CommandMenu({ onHelp }: { onHelp: () => void }) {
  const t = useTexts();
  const navigate = useNavigate();
  const changeLanguage = useChangeLanguage();
  const [query, setQuery] = useState('');
  const { data: me } = useQuery(meQuery);
  const mayUse = (right: string | undefined) => right === undefined || (me?.rights.includes(right) ?? false);

  const groups: SpotlightActionGroupData[] = [
    {
      group: t.shell.commandPeople,
      actions: usePeopleNamed(query).map((person) => ({
        id: person.id,
        label: person.name ?? person.email ?? t.people.noName,
        description: [person.email, person.company].filter(Boolean).join(' · '),
        // What the server found by other means than the visible words must survive the filter of this list.
        keywords: query,
        onClick: () => void navigate({ to: '/people/$id', params: { id: person.id } }),
      })),
    },
    {
      group: t.shell.commandGo,
      actions: destinations(t)
        .filter(({ right }) => mayUse(right))
        .map(({ to, label, key }) => ({
          id: to,
          label,
          rightSection: key ? <span aria-hidden="true">g {key}</span> : undefined,
          onClick: () => void navigate({ to }),
        })),
    },
    {
      group: t.shell.commandDo,
      actions: [
        ...(mayUse('contacts.write')
          ? [{ id: 'add', label: t.people.add, leftSection: <IconPlus />, onClick: () => void navigate({ to: '/people/new' }) }]
          : []),
        {
          id: 'language',
          label: t.shell.switchLanguage,
          leftSection: <IconGlobe />,
          onClick: () => changeLanguage(t.shell.switchLanguageTo as Language),
        },
        { id: 'help', label: t.shell.shortcuts, leftSection: <IconKeyboard />, onClick: onHelp },
      ],
    },
  ];

  return (
    <Spotlight
      // Mantine's own shortcut compares event.key, which a Bulgarian layout changes; the shell binds it by place.
      shortcut={null}
      actions={groups.filter(({ actions }) => actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      nothingFound={t.shell.commandEmpty}
      highlightQuery
      limit={12}
      searchProps={{ placeholder: t.shell.commandHint, 'aria-label': t.shell.commandHint, leftSection: <IconSearch /> }}
    />
  );
}

function usePeopleNamed(query: string) {
  const [search] = useDebouncedValue(query.trim(), 250);
  const { data } = useQuery({
    queryKey: ['contacts', 'command', search],
    queryFn: ({ signal }) => get<ContactPage>('/api/v1/contacts', { query: { search, limit: 5 }, signal }),
    enabled: search.length >= 2,
    placeholderData: keepPreviousData,
  });

  return search.length >= 2 ? (data?.data ?? []) : [];
}
