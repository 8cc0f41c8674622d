import { Button, Checkbox, Fieldset, Group, NativeSelect, Radio, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { purposesQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { countFilters, type PeopleSearch } from '../people/search-params.ts';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { type Export, type ExportField, exportFieldsQuery, exportQuery } from './queries.ts';

const needPurpose = ['internal', 'processor', 'third-party'];

/** What for, to whom, of whom and which fields; the answer is a page that says who may be given. */
export function NewExportPage() {
  const { t, language } = useLanguage();
  const may = useMay();
  const fields = useQuery(exportFieldsQuery(language));

  return (
    <Page title={t.exports.form.title} lead={t.exports.form.lead}>
      {may('contacts.export') ? (
        <Loaded query={fields} lines={8}>
          {({ data }) => <NewExportForm fields={data} />}
        </Loaded>
      ) : (
        <Callout tone="wait" title={t.problem.forbidden}>
          {t.problem.forbiddenDetail}
        </Callout>
      )}
    </Page>
  );
}

function NewExportForm({ fields }: { fields: ExportField[] }) {
  const { t, language } = useLanguage();
  const words = t.exports.form;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { focus: _, sort: __, ...filter } = useSearch({ strict: false }) as PeopleSearch;
  const filters = countFilters(filter);
  const purposes = useQuery(purposesQuery);
  const inUse = purposes.data?.filter((one) => !one.archivedAt) ?? [];
  const [who, setWho] = useState(filters > 0 ? 'filter' : 'everyone');
  const [kind, setKind] = useState('internal');
  const [recipient, setRecipient] = useState('');
  const [country, setCountry] = useState('');
  const [purpose, setPurpose] = useState(filter.purpose ?? '');
  const [channel, setChannel] = useState(filter.channel ?? '');
  const [statement, setStatement] = useState('');
  const [ground, setGround] = useState('');
  const [format, setFormat] = useState('csv-spreadsheet');
  const [semicolons, setSemicolons] = useState(language === 'bg');
  const [chosen, setChosen] = useState(() => fields.flatMap(({ key, isUsual }) => (isUsual ? [key] : [])));
  const hasPurpose = needPurpose.includes(kind);
  const channels = inUse.find((one) => one.id === purpose || one.slug === purpose)?.channels ?? [];
  const isTable = format === 'csv' || format === 'csv-spreadsheet';

  const ask = useMutation({
    mutationFn: () =>
      post<Export>('/api/v1/exports', {
        selection: who === 'filter' ? { kind: 'filter', filter } : { kind: 'everyone' },
        recipient: { kind, name: recipient, ...(country ? { country: country.toUpperCase() } : {}) },
        ...(hasPurpose && purpose ? { purpose } : {}),
        ...(hasPurpose && channel && (channels as string[]).includes(channel) ? { channel } : {}),
        ...(kind === 'authority' && ground ? { restrictionGround: ground } : {}),
        statement,
        format,
        language,
        ...(isTable && semicolons ? { delimiter: ';' } : {}),
        fields: chosen,
      }),
    onSuccess: async (made) => {
      queries.setQueryData(exportQuery(made.id).queryKey, made);
      await queries.invalidateQueries({ queryKey: ['exports', 'list'] });
      await navigate({ to: '/exports/$id', params: { id: made.id } });
    },
  });
  const errorOf = errorsByField(ask.error);
  const options = (of: Record<string, string>) => Object.entries(of).map(([value, label]) => ({ value, label }));

  return (
    <Form onSubmit={() => ask.mutate()} problem={ask.error}>
      <Stack gap="lg">
        {ask.error ? <ProblemNotice problem={ask.error} /> : null}
        <Section title={words.who}>
          <Radio.Group aria-label={words.who} value={who} onChange={setWho} error={errorOf('selection')}>
            <Stack gap="xs">
              {filters > 0 ? (
                <Radio value="filter" label={words.filtered} description={`${words.filteredHint} (${filters})`} />
              ) : null}
              <Radio value="everyone" label={words.everyone} />
            </Stack>
          </Radio.Group>
        </Section>
        <Section title={words.recipientKind} lead={wordFor(t.exports.rules, ruleOf(kind))}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NativeSelect
              label={words.recipientKind}
              value={kind}
              data={options(t.exports.recipientKinds)}
              onChange={(event) => setKind(event.currentTarget.value)}
            />
            <TextInput
              label={words.recipient}
              description={words.recipientHint}
              value={recipient}
              error={errorOf('recipient.name')}
              onChange={(event) => setRecipient(event.currentTarget.value)}
            />
            <TextInput
              label={words.country}
              description={words.countryHint}
              maxLength={2}
              value={country}
              error={errorOf('recipient.country')}
              onChange={(event) => setCountry(event.currentTarget.value)}
            />
            {hasPurpose ? (
              <NativeSelect
                label={words.purpose}
                value={purpose}
                error={errorOf('purpose')}
                data={[{ value: '', label: '–' }, ...inUse.map((one) => ({ value: one.slug, label: one.name[language] }))]}
                onChange={(event) => {
                  setPurpose(event.currentTarget.value);
                  setChannel('');
                }}
              />
            ) : null}
            {hasPurpose && channels.length > 1 ? (
              <NativeSelect
                label={words.channel}
                value={channel || channels[0]}
                data={channels.map((value) => ({ value, label: wordFor(t.words.channel, value) }))}
                onChange={(event) => setChannel(event.currentTarget.value)}
              />
            ) : null}
            {kind === 'authority' ? (
              <NativeSelect
                label={words.restrictionGround}
                value={ground}
                data={options(words.restrictionGrounds)}
                onChange={(event) => setGround(event.currentTarget.value)}
              />
            ) : null}
          </SimpleGrid>
          <Textarea
            label={words.statement}
            description={words.statementHint}
            autosize
            minRows={2}
            value={statement}
            error={errorOf('statement')}
            onChange={(event) => setStatement(event.currentTarget.value)}
          />
        </Section>
        <Section title={words.fields} lead={words.fieldsHint}>
          <Checkbox.Group aria-label={words.fields} value={chosen} onChange={setChosen} error={errorOf('fields')}>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} verticalSpacing="xs">
              {fields.map((field) => (
                <Checkbox key={field.key} value={field.key} label={field.label} disabled={field.needsPurpose && !hasPurpose} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
        </Section>
        <Section title={words.format}>
          <Fieldset variant="unstyled" legend={undefined} aria-label={words.format}>
            <Stack gap="sm">
              <NativeSelect
                label={words.format}
                value={format}
                data={options(t.exports.formats)}
                onChange={(event) => setFormat(event.currentTarget.value)}
              />
              {isTable ? (
                <Checkbox
                  label={words.semicolons}
                  checked={semicolons}
                  onChange={(event) => setSemicolons(event.currentTarget.checked)}
                />
              ) : null}
            </Stack>
          </Fieldset>
        </Section>
        <Group justify="flex-end">
          <Button type="submit" loading={ask.isPending}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

function ruleOf(kind: string): string {
  return { authority: 'legal-obligation', subject: 'right-of-subject', 'own-system': 'safekeeping' }[kind] ?? 'gate';
}
