import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { download } from '../api/client.ts';
import { purposesQuery, trendQuery } from '../api/queries.ts';
import type { ConsentTrend } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconDownload } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { ConsentsByPurpose } from './consents-by-purpose.tsx';
import { ConsentsChart } from './consents-chart.tsx';
import { ConsentsTable } from './consents-table.tsx';
import type { TrendSearch } from './search-params.ts';

export function ConsentsPage() {
  const { t } = useLanguage();
  const search = useSearch({ from: '/consents' });
  const navigate = useNavigate();
  const filters = { ...search, unit: search.unit ?? 'day' };
  const query = useQuery(trendQuery(filters));
  const save = useMutation({ mutationFn: () => download('/api/v1/ledger/trend/export', filters) });
  const change = (changed: TrendSearch) => void navigate({ to: '/consents', search: { ...search, ...changed }, replace: true });

  return (
    <Page
      title={t.consents.title}
      lead={t.consents.lead}
      actions={
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => save.mutate()} loading={save.isPending}>
          {t.consents.export}
        </Button>
      }
    >
      {save.error ? <ProblemNotice problem={save.error} /> : null}
      <Choices search={search} shown={query.data} onChange={change} />
      <Loaded query={query} lines={8}>
        {(trend) => <Trend trend={trend} />}
      </Loaded>
    </Page>
  );
}

interface ChoicesProps {
  search: TrendSearch;
  shown: ConsentTrend | undefined;
  onChange: (changed: TrendSearch) => void;
}

function Choices({ search, shown, onChange }: ChoicesProps) {
  const { t, language } = useLanguage();
  const { data: purposes } = useQuery(purposesQuery);
  const words = t.consents;
  const consentPurposes = (purposes ?? []).filter(({ legalBasis }) => legalBasis === 'consent');

  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm" component="search" aria-label={t.ledger.filters}>
      <NativeSelect
        label={words.unit}
        value={search.unit ?? 'day'}
        data={Object.entries(words.units).map(([value, label]) => ({ value, label }))}
        onChange={(event) => onChange({ unit: event.currentTarget.value as TrendSearch['unit'] })}
      />
      {(['from', 'to'] as const).map((key) => (
        <TextInput
          key={key}
          type="date"
          label={words[key]}
          value={search[key] ?? shown?.[key] ?? ''}
          onChange={(event) => onChange({ [key]: event.currentTarget.value || undefined })}
        />
      ))}
      <NativeSelect
        label={t.ledger.purpose}
        value={search.purpose ?? ''}
        data={[
          { value: '', label: t.ledger.anyPurpose },
          ...consentPurposes.map(({ slug, name }) => ({ value: slug, label: name[language] })),
        ]}
        onChange={(event) => onChange({ purpose: event.currentTarget.value || undefined })}
      />
      <NativeSelect
        label={t.ledger.channel}
        value={search.channel ?? ''}
        data={[
          { value: '', label: t.ledger.anyChannel },
          ...Object.entries(t.words.channel).map(([value, label]) => ({ value, label })),
        ]}
        onChange={(event) => onChange({ channel: event.currentTarget.value || undefined })}
      />
    </SimpleGrid>
  );
}

/** First in one sentence, then drawn, and the same numbers as a table for whoever reads better there. */
function Trend({ trend }: { trend: ConsentTrend }) {
  const { t } = useLanguage();
  const [asTable, setAsTable] = useState(false);
  const words = t.consents;
  const { given, renewed, refused, withdrawn, expired, net } = trend.total;
  const isEmpty = given + renewed + refused + withdrawn + expired === 0;
  if (isEmpty) {
    return (
      <Section title={words.title}>
        <Text>{words.none}</Text>
      </Section>
    );
  }

  return (
    <Stack gap="lg">
      <Section title={words.title}>
        <Text>{words.takeaway(given, refused, withdrawn + expired, net)}</Text>
        {asTable ? <ConsentsTable trend={trend} /> : <ConsentsChart trend={trend} />}
        <Group>
          <Button variant="default" size="xs" onClick={() => setAsTable(!asTable)}>
            {asTable ? words.showChart : words.showTable}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {words.netHint}
        </Text>
      </Section>
      <ConsentsByPurpose trend={trend} />
    </Stack>
  );
}
