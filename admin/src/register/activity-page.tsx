import { Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { put } from '../api/client.ts';
import type { Activity, Processor, RegisterVersion } from '../api/register-types.ts';
import { RetentionText } from '../contact/provenance-note.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { Gaps } from './gaps.tsx';
import { activityQuery, registerQuery } from './queries.ts';
import { Measures } from './security-section.tsx';

export function ActivityPage() {
  const { t } = useLanguage();
  const { id } = useParams({ from: '/register/$id' });
  const activity = useQuery(activityQuery(id));

  return (
    <LoadedPage query={activity} title={t.register.title}>
      {(one) => <ActivityView key={`${id} ${one.versions.length}`} activity={one} versions={one.versions} />}
    </LoadedPage>
  );
}

function ActivityView({ activity, versions }: { activity: Activity; versions: RegisterVersion[] }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const words = t.register;
  const { purpose } = activity;
  const special = activity.fields.filter(({ specialCategory }) => specialCategory !== null);

  return (
    <Page
      title={purpose.name[language]}
      lead={purpose.explanation[language]}
      actions={
        <Button component={Link} to={`/purposes/${purpose.id}`} variant="default">
          {words.purposeLink}
        </Button>
      }
    >
      <Section title={words.missing}>
        <Gaps gaps={activity.gaps} words={words.gap} />
      </Section>
      <Section title={words.about}>
        <Definitions
          rows={[
            [words.basis, wordFor(t.words.legalBasis, purpose.legalBasis)],
            [words.data, [...activity.fields.map(({ label }) => label[language]), ...activity.otherData].join(', ')],
            [
              words.special,
              special
                .map(({ label, specialCategory }) => `${label[language]} – ${wordFor(t.fields.specialCategory, specialCategory)}`)
                .join(', '),
            ],
            [
              words.recipients,
              [
                ...purpose.recipients.map((one) => `${one.name} (${one.role}, ${format.country(one.country)})`),
                ...activity.processors.map((one) => `${one.name} (${one.service}, ${format.country(one.country)})`),
              ].join('; ') || '–',
            ],
            [words.retention, <RetentionText key="retention" retention={purpose.retention} />],
            ...(may('register.write')
              ? []
              : ([
                  [words.subjects, activity.dataSubjects.map((one) => wordFor(words.dataSubjects, one)).join(', ') || '–'],
                  [words.condition, activity.specialCondition ? wordFor(words.specialCondition, activity.specialCondition) : ''],
                  [words.ownMeasures, activity.securityMeasures.map((one) => wordFor(words.measure, one)).join(', ')],
                  [words.reviewed, activity.reviewedOn ? format.date(activity.reviewedOn) : words.never],
                  [words.next, activity.nextReviewOn ? format.date(activity.nextReviewOn) : ''],
                ] as [string, string][])),
          ]}
        />
      </Section>
      {may('register.write') ? <ActivityForm activity={activity} /> : null}
      {purpose.legalBasis === 'legitimate-interests' ? <Weighed activity={activity} kind="interests" /> : null}
      <Weighed activity={activity} kind="impact" />
      <Versions versions={versions} />
    </Page>
  );
}

/** The way to an assessment, with what came of it. */
function Weighed({ activity, kind }: { activity: Activity; kind: 'interests' | 'impact' }) {
  const { t, format } = useLanguage();
  const words = t.register;
  const assessment = activity[kind];
  const outcomes = kind === 'interests' ? words.interestsOutcome : words.impactOutcome;

  return (
    <Section
      title={words[kind]}
      lead={kind === 'interests' ? words.interestsLead : words.impactLead}
      actions={
        <Button component={Link} to={`/register/${activity.purpose.id}/${kind}`} variant="default">
          {kind === 'interests' ? words.interestsOpen : words.impactOpen}
        </Button>
      }
    >
      {assessment ? (
        <Definitions
          rows={[
            [words.outcome, wordFor(outcomes, assessment.outcome)],
            [words.reviewed, format.date(assessment.reviewedOn)],
            [words.next, assessment.nextReviewOn ? format.date(assessment.nextReviewOn) : ''],
          ]}
        />
      ) : (
        <Text size="sm">{kind === 'interests' ? words.interestsNone : words.impactNone}</Text>
      )}
    </Section>
  );
}

function ActivityForm({ activity }: { activity: Activity }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const words = t.register;
  const register = useQuery(registerQuery);
  const { draft, set, isDirty } = useDraft({
    dataSubjects: activity.dataSubjects,
    specialCondition: activity.specialCondition ?? '',
    specialReason: activity.specialReason ?? '',
    securityMeasures: activity.securityMeasures,
    securityNote: activity.securityNote ?? '',
    note: activity.note ?? '',
    processors: activity.processors.map(({ id }) => id),
    reviewedOn: activity.reviewedOn ?? '',
    nextReviewOn: activity.nextReviewOn ?? '',
  });
  const letGo = useUnsavedGuard(isDirty);
  const save = useMutation({
    mutationFn: () =>
      put(`/api/v1/register/activities/${activity.purpose.id}`, {
        ...draft,
        specialCondition: draft.specialCondition || null,
        specialReason: draft.specialCondition ? draft.specialReason.trim() || null : null,
        securityNote: draft.securityNote.trim() || null,
        note: draft.note.trim() || null,
        reviewedOn: draft.reviewedOn || null,
        nextReviewOn: draft.nextReviewOn || null,
      }),
    onSuccess: async () => {
      letGo();
      notifications.show({ message: words.saved, color: 'green' });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['register'] }),
        queries.invalidateQueries({ queryKey: ['fields'] }),
        queries.invalidateQueries({ queryKey: ['data-map'] }),
      ]);
    },
  });
  const errorOf = errorsByField(save.error);
  const hasSpecial = activity.fields.some(({ specialCategory }) => specialCategory !== null) || draft.specialCondition !== '';

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Section title={words.details}>
        <Stack gap="lg">
          <Stack gap="xs">
            <Text fw={600} size="sm">
              {words.subjects}
            </Text>
            <Choices
              label={words.subjects}
              all={words.dataSubjects}
              value={draft.dataSubjects}
              onChange={(all) => set('dataSubjects', all)}
            />
          </Stack>
          {hasSpecial ? (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <NativeSelect
                label={words.condition}
                description={words.conditionHint}
                value={draft.specialCondition}
                data={[
                  { value: '', label: words.noCondition },
                  ...Object.entries(words.specialCondition).map(([value, label]) => ({ value, label })),
                ]}
                onChange={(event) => set('specialCondition', event.currentTarget.value)}
              />
              {draft.specialCondition ? (
                <Textarea
                  label={words.conditionReason}
                  autosize
                  value={draft.specialReason}
                  error={errorOf('specialReason')}
                  onChange={(event) => set('specialReason', event.currentTarget.value)}
                />
              ) : null}
            </SimpleGrid>
          ) : null}
          <ProcessorChoices
            all={register.data?.processors ?? []}
            value={draft.processors}
            onChange={(all) => set('processors', all)}
          />
          <Stack gap="xs">
            <Text fw={600} size="sm">
              {words.ownMeasures}
            </Text>
            <Measures label={words.ownMeasures} value={draft.securityMeasures} onChange={(all) => set('securityMeasures', all)} />
            <Textarea
              label={words.ownMeasuresNote}
              autosize
              value={draft.securityNote}
              onChange={(event) => set('securityNote', event.currentTarget.value)}
            />
          </Stack>
          <Textarea label={words.note} autosize value={draft.note} onChange={(event) => set('note', event.currentTarget.value)} />
          <ReviewDates draft={draft} set={set} errorOf={errorOf} />
          {save.error ? <ProblemNotice problem={save.error} /> : null}
          <Group justify="flex-end">
            {isDirty ? (
              <Text size="sm" c="dimmed">
                {t.common.unsaved}
              </Text>
            ) : null}
            <Button type="submit" loading={save.isPending} disabled={!isDirty}>
              {words.save}
            </Button>
          </Group>
        </Stack>
      </Section>
    </Form>
  );
}

interface ReviewDatesProps {
  draft: { reviewedOn: string; nextReviewOn: string };
  set: (key: 'reviewedOn' | 'nextReviewOn', value: string) => void;
  errorOf: (field: string) => string | undefined;
}

export function ReviewDates({ draft, set, errorOf }: ReviewDatesProps) {
  const { t } = useLanguage();

  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {(['reviewedOn', 'nextReviewOn'] as const).map((key) => (
        <TextInput
          key={key}
          type="date"
          label={t.register[key]}
          value={draft[key]}
          error={errorOf(key)}
          onChange={(event) => set(key, event.currentTarget.value)}
        />
      ))}
    </SimpleGrid>
  );
}

interface ChoicesProps {
  label: string;
  all: Readonly<Record<string, string>>;
  value: string[];
  onChange: (all: string[]) => void;
}

export function Choices({ label, all, value, onChange }: ChoicesProps) {
  return (
    <Checkbox.Group aria-label={label} value={value} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {Object.entries(all).map(([code, word]) => (
          <Checkbox key={code} value={code} label={word} />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}

function ProcessorChoices({ all, value, onChange }: { all: Processor[]; value: string[]; onChange: (all: string[]) => void }) {
  const { t } = useLanguage();
  if (all.length === 0) return null;

  return (
    <Stack gap="xs">
      <Text fw={600} size="sm">
        {t.register.takePart}
      </Text>
      <Choices
        label={t.register.takePart}
        all={Object.fromEntries(all.map(({ id, name }) => [id, name]))}
        value={value}
        onChange={onChange}
      />
    </Stack>
  );
}

export function Versions({ versions }: { versions: RegisterVersion[] }) {
  const { t, format } = useLanguage();
  const words = t.register;
  if (versions.length === 0) return null;

  return (
    <Section title={words.versions} lead={words.versionsLead}>
      <DataTable caption={words.versions} columns={[words.version, words.recorded]}>
        {versions.map(({ version, recordedAt }) => (
          <Table.Tr key={version}>
            <Table.Th scope="row">{t.common.version(version)}</Table.Th>
            <Table.Td data-label={words.recorded}>{format.dateTime(recordedAt)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Section>
  );
}
