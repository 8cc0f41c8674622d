import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { post, put } from '../api/client.ts';
import { controllerQuery, purposesQuery } from '../api/queries.ts';
import type { Purpose } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Callout } from '../ui/callout.tsx';
import { useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { ColumnsPart } from './columns-part.tsx';
import { GroundPart } from './ground-part.tsx';
import { importQuery } from './queries.ts';
import type { Import, Recognition, Settings } from './types.ts';

/** Of so much and more one may say that a file is an export of that product. */
const CERTAIN = 0.6;

/** What the columns mean, and on which ground the people may be held: saved together, and checked at once. */
export function SettingsSection({ one }: { one: Import }) {
  const purposes = useQuery(purposesQuery);
  const controller = useQuery(controllerQuery);

  return (
    <Loaded query={purposes}>
      {(rows) => (
        <Loaded query={controller}>
          {(company) => (
            <SettingsForm
              one={one}
              purposes={rows.filter((purpose) => !purpose.isSystem && purpose.archivedAt === null)}
              country={company?.country ?? 'BG'}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function SettingsForm({ one, purposes, country }: { one: Import; purposes: Purpose[]; country: string }) {
  const { t, language } = useLanguage();
  const queries = useQueryClient();
  const words = t.imports;
  const { draft, change, settle, isDirty } = useDraft<Settings>(settingsOf(one, purposes, { country, language }));
  const letGo = useUnsavedGuard(isDirty);
  const save = useMutation({
    mutationFn: async (next: 'save' | 'check') => {
      const saved = await put<Import>(`/api/v1/imports/${one.id}/settings`, draft);

      return next === 'check' ? post<Import>(`/api/v1/imports/${one.id}/check`) : saved;
    },
    onSuccess: (saved) => {
      letGo();
      settle(draft);
      queries.setQueryData(importQuery(one.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ['imports'], exact: true });
      void queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const chosen = one.recognised.find((recognition) => recognition.preset === draft.preset);

  return (
    <Form onSubmit={() => save.mutate('check')} problem={save.error}>
      <Stack gap="lg">
        <Section title={words.steps.columns}>
          <Recognised one={one} chosen={chosen} />
          <NativeSelect
            label={words.preset}
            maw={420}
            data={one.recognised.map(({ preset }) => ({ value: preset, label: wordFor(words.presets, preset) }))}
            value={draft.preset ?? ''}
            onChange={({ currentTarget }) => {
              const recognition = one.recognised.find(({ preset }) => preset === currentTarget.value);
              if (!recognition) return;
              const { preset, mapping, partStatuses } = recognition;
              change((held) => ({ ...held, preset, mapping, partStatuses }));
            }}
          />
          <ColumnsPart one={one} draft={draft} recognised={chosen?.mapping ?? []} problem={save.error} change={change} />
        </Section>
        <Section title={words.steps.ground}>
          <GroundPart draft={draft} purposes={purposes} problem={save.error} change={change} />
        </Section>
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate('save')}>
            {t.common.save}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {one.checked ? words.checkAgain : words.check}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

function Recognised({ one, chosen }: { one: Import; chosen: Recognition | undefined }) {
  const { t } = useLanguage();
  const words = t.imports;
  const remarks = [...new Set(one.parts.flatMap((part) => part.remarks.map(({ code }) => code)))];
  const [first] = one.parts;
  const isCertain = chosen !== undefined && chosen.preset !== 'auto' && chosen.confidence >= CERTAIN;

  return (
    <Stack gap="xs">
      <Callout
        tone={isCertain ? 'yes' : 'note'}
        title={isCertain ? words.recognised(wordFor(words.presets, chosen.preset)) : words.notRecognised}
      >
        {first?.encoding && first.delimiter ? words.readAs(first.encoding, wordFor(words.delimiters, first.delimiter)) : null}
      </Callout>
      {remarks.map((code) => (
        <Callout key={code} tone="wait" title={wordFor(words.remarks, code)} />
      ))}
    </Stack>
  );
}

/** What was saved, or what the file itself suggests. The ground is asked and never suggested: it is a statement somebody makes. */
function settingsOf(one: Import, purposes: Purpose[], defaults: { country: string; language: 'bg' | 'en' }): Settings {
  if (one.settings) return { ...one.settings, purpose: one.settings.purpose.slug };
  const [likeliest] = one.recognised;

  return {
    preset: likeliest?.preset ?? null,
    mapping: likeliest?.mapping ?? [],
    partStatuses: likeliest?.partStatuses ?? [],
    source: '',
    obtainedFrom: 'data-subject',
    purpose: purposes[0]?.slug ?? '',
    legalBasis: 'unknown',
    permissionGround: 'not-needed',
    updateProfiles: true,
    updateStatuses: false,
    ...defaults,
  };
}
