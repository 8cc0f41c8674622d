import { Button, Collapse, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { purposesQuery, sourcesQuery } from '../api/queries.ts';
import { countryCodes } from '../languages/countries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { IconSearch, IconSettings } from '../ui/icons.tsx';
import styles from './people.module.css';
import { countFilters, type PeopleSearch } from './search-params.ts';

interface PeopleFiltersProps {
  search: PeopleSearch;
  onChange: (changed: PeopleSearch) => void;
}

export function PeopleFilters({ search, onChange }: PeopleFiltersProps) {
  const { t } = useLanguage();
  const inUse = countFilters(search) - (search.search ? 1 : 0);
  const [isOpen, filters] = useDisclosure(inUse > 0);

  return (
    <Stack gap="sm" component="search" aria-label={t.people.search}>
      <div className={styles.tools}>
        <SearchBox search={search} onChange={onChange} />
        <Button
          variant="default"
          leftSection={<IconSettings size={16} />}
          aria-expanded={isOpen}
          aria-controls="people-filters"
          onClick={filters.toggle}
        >
          {inUse > 0 ? `${t.people.filters} (${inUse})` : t.people.filters}
        </Button>
        <NativeSelect
          aria-label={t.people.sort}
          value={search.sort ?? '-created'}
          data={Object.entries(t.people.sorts).map(([value, label]) => ({ value, label }))}
          onChange={(event) => onChange({ sort: event.currentTarget.value })}
        />
      </div>
      <Collapse expanded={isOpen} id="people-filters">
        <FilterFields search={search} onChange={onChange} />
      </Collapse>
    </Stack>
  );
}

function SearchBox({ search, onChange }: PeopleFiltersProps) {
  const { t } = useLanguage();
  const [text, setText] = useState(search.search ?? '');
  const box = useRef<HTMLInputElement>(null);
  const send = useDebouncedCallback((value: string) => onChange({ search: value.trim() || undefined }), 250);
  useEffect(() => setText(search.search ?? ''), [search.search]);
  useEffect(() => {
    if (search.focus) box.current?.focus();
  }, [search.focus]);

  return (
    <TextInput
      id="people-search"
      ref={box}
      type="search"
      aria-label={t.people.search}
      placeholder={t.people.search}
      leftSection={<IconSearch size={16} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
    />
  );
}

function FilterFields({ search, onChange }: PeopleFiltersProps) {
  const { t, language, format } = useLanguage();
  const { data: purposes } = useQuery(purposesQuery);
  const { data: sources } = useQuery(sourcesQuery);
  const options = (any: string, words: Record<string, string>) => [
    { value: '', label: any },
    ...Object.entries(words).map(([value, label]) => ({ value, label })),
  ];
  // One choice for both: "may we" has an answer only for a purpose on a channel.
  const uses = Object.fromEntries(
    (purposes ?? []).flatMap(({ slug, name, channels }) =>
      channels.map((channel) => [`${slug} ${channel}`, `${name[language]} – ${t.words.channel[channel]}`]),
    ),
  );
  const countries = Object.fromEntries(countryCodes.map((code) => [code, format.country(code)]));
  const sourceNames = Object.fromEntries(
    (sources ?? []).map(({ id, kind, label }) => [id, `${wordFor(t.words.sourceKind, kind)}: ${label}`]),
  );
  const fields = [
    { key: 'state', label: t.people.state, data: options(t.people.anyState, t.words.state) },
    { key: 'source', label: t.people.source, data: options(t.people.anySource, sourceNames) },
    { key: 'country', label: t.people.country, data: options(t.people.anyCountry, countries) },
    { key: 'language', label: t.people.language, data: options(t.people.anyLanguage, t.words.language) },
  ] as const;

  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
      <NativeSelect
        label={t.people.may}
        data={options(t.people.anyUse, uses)}
        value={search.purpose ? `${search.purpose} ${search.channel ?? ''}` : ''}
        onChange={(event) => {
          const [purpose, channel] = event.currentTarget.value.split(' ');
          onChange({ purpose: purpose || undefined, channel, ...(purpose ? {} : { answer: undefined }) });
        }}
      />
      <NativeSelect
        label={t.people.answer}
        description={search.purpose ? undefined : t.people.answerHint}
        disabled={!search.purpose}
        data={options(t.people.answerMay, t.people.answers)}
        value={search.answer ?? ''}
        onChange={(event) => onChange({ answer: event.currentTarget.value || undefined })}
      />
      {fields.map(({ key, label, data }) => (
        <NativeSelect
          key={key}
          label={label}
          data={data}
          value={search[key] ?? ''}
          onChange={(event) => onChange({ [key]: event.currentTarget.value || undefined })}
        />
      ))}
    </SimpleGrid>
  );
}
