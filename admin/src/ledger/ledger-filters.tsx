import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { purposesQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconSearch } from '../ui/icons.tsx';
import type { LedgerSearch } from './search-params.ts';

interface LedgerFiltersProps {
  search: LedgerSearch;
  onChange: (changed: LedgerSearch) => void;
  onClear: () => void;
}

export function LedgerFilters({ search, onChange, onClear }: LedgerFiltersProps) {
  const { t, language } = useLanguage();
  const { data: purposes } = useQuery(purposesQuery);
  const words = t.ledger;
  const options = (any: string, choices: Record<string, string>) => [
    { value: '', label: any },
    ...Object.entries(choices).map(([value, label]) => ({ value, label })),
  ];
  const names = Object.fromEntries((purposes ?? []).map(({ slug, name }) => [slug, name[language]]));
  const fields = [
    { key: 'kind', label: words.kind, data: options(words.anyKind, t.words.ledgerKind) },
    { key: 'purpose', label: words.purpose, data: options(words.anyPurpose, names) },
    { key: 'channel', label: words.channel, data: options(words.anyChannel, t.words.channel) },
    { key: 'method', label: words.method, data: options(words.anyMethod, t.words.method) },
    { key: 'actor', label: words.actor, data: options(words.anyActor, t.words.actor) },
  ] as const;

  const happened = (['happenedFrom', 'happenedTo'] as const).filter((key) => search[key]);
  const days = ['from', 'to', ...happened] as const;

  return (
    <Stack gap="sm" component="search" aria-label={words.filters}>
      <SearchBox search={search} onChange={onChange} />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        {fields.map(({ key, label, data }) => (
          <NativeSelect
            key={key}
            label={label}
            data={data}
            value={search[key] ?? ''}
            onChange={(event) => onChange({ [key]: event.currentTarget.value || undefined })}
          />
        ))}
        {days.map((key) => (
          <TextInput
            key={key}
            type="date"
            label={words[key]}
            value={search[key] ?? ''}
            onChange={(event) => onChange({ [key]: event.currentTarget.value || undefined })}
          />
        ))}
      </SimpleGrid>
      {Object.values(search).some(Boolean) ? (
        <Group>
          <Button variant="default" onClick={onClear}>
            {words.clear}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

function SearchBox({ search, onChange }: Pick<LedgerFiltersProps, 'search' | 'onChange'>) {
  const { t } = useLanguage();
  const [text, setText] = useState(search.search ?? '');
  const send = useDebouncedCallback((value: string) => onChange({ search: value.trim() || undefined }), 250);
  useEffect(() => setText(search.search ?? ''), [search.search]);

  return (
    <TextInput
      type="search"
      aria-label={t.ledger.search}
      placeholder={t.ledger.search}
      leftSection={<IconSearch size={16} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
    />
  );
}
