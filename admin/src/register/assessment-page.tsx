import { Button, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { put } from '../api/client.ts';
import type { Activity, Assessment, RegisterVersion } from '../api/register-types.ts';
import { FormFoot } from '../contact/edit/form-foot.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { Choices, ReviewDates, Versions } from './activity-page.tsx';
import { activityQuery, assessmentQuery } from './queries.ts';

type Kind = Assessment['kind'];

export function InterestsPage() {
  const { id } = useParams({ from: '/register/$id/interests' });

  return <AssessmentPage id={id} kind="legitimate-interests" />;
}

export function ImpactPage() {
  const { id } = useParams({ from: '/register/$id/impact' });

  return <AssessmentPage id={id} kind="impact" />;
}

interface Found {
  assessment: Assessment | null;
  template: Assessment['answers'];
  versions: RegisterVersion[];
}

function AssessmentPage({ id, kind }: { id: string; kind: Kind }) {
  const { t, language } = useLanguage();
  const activity = useQuery(activityQuery(id));
  const found = useQuery(assessmentQuery(id, kind, language));
  const title = kind === 'impact' ? t.register.impact : t.register.interests;

  return (
    <LoadedPage query={activity} title={title}>
      {(one) => (
        <Page
          title={title}
          lead={`${one.purpose.name[language]}. ${kind === 'impact' ? t.register.impactLead : t.register.interestsLead}`}
        >
          <LoadedPage query={found} title={title}>
            {(all) => <AssessmentView key={`${language} ${all.versions.length}`} activity={one} kind={kind} found={all} />}
          </LoadedPage>
        </Page>
      )}
    </LoadedPage>
  );
}

function AssessmentView({ activity, kind, found }: { activity: Activity; kind: Kind; found: Found }) {
  const may = useMay();

  return (
    <>
      {may('register.write') ? (
        <AssessmentForm activity={activity} kind={kind} found={found} />
      ) : (
        <AssessmentText kind={kind} assessment={found.assessment} />
      )}
      <Versions versions={found.versions} />
    </>
  );
}

/** The texts of each kind in their order, and what they are called. */
function useParts(kind: Kind): [string, string][] {
  const { t } = useLanguage();
  const words = t.register;

  return kind === 'impact'
    ? [
        ['description', words.description],
        ['necessity', words.proportion],
        ['risks', words.risks],
        ['measures', words.riskMeasures],
        ['advice', words.advice],
      ]
    : [
        ['interest', words.step1],
        ['necessity', words.step2],
        ['balance', words.step3],
        ['measures', words.measures],
      ];
}

function AssessmentText({ kind, assessment }: { kind: Kind; assessment: Assessment | null }) {
  const { t, format } = useLanguage();
  const words = t.register;
  const parts = useParts(kind);
  if (!assessment) return <Callout tone="wait" title={kind === 'impact' ? words.impactNone : words.interestsNone} />;
  const { answers } = assessment;
  const criteria = Array.isArray(answers.criteria) ? answers.criteria : [];

  return (
    <Section title={wordFor(kind === 'impact' ? words.impactOutcome : words.interestsOutcome, assessment.outcome)}>
      <Definitions
        rows={[
          ...(kind === 'impact'
            ? ([
                [words.criteria, criteria.map((one) => wordFor(words.criterion, one)).join('; ') || '–'],
                [words.reasons, String(answers.reasons ?? '')],
              ] as [string, string][])
            : []),
          ...parts.map(
            ([key, label]) =>
              [
                label,
                answers[key] ? (
                  <Text key={key} style={{ whiteSpace: 'pre-wrap' }}>
                    {String(answers[key])}
                  </Text>
                ) : undefined,
              ] as [string, React.ReactNode],
          ),
          [words.reviewed, format.date(assessment.reviewedOn)],
          [words.next, assessment.nextReviewOn ? format.date(assessment.nextReviewOn) : ''],
        ]}
      />
    </Section>
  );
}

function AssessmentForm({ activity, kind, found }: { activity: Activity; kind: Kind; found: Found }) {
  const { t, language } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const words = t.register;
  const parts = useParts(kind);
  const { assessment, template } = found;
  const { draft, set, isDirty } = useDraft({
    answers: assessment?.answers ?? template,
    outcome: assessment?.outcome ?? '',
    reviewedOn: assessment?.reviewedOn ?? '',
    nextReviewOn: assessment?.nextReviewOn ?? '',
  });
  const letGo = useUnsavedGuard(isDirty);
  const other = useQuery({
    ...assessmentQuery(activity.purpose.id, kind, language === 'bg' ? 'en' : 'bg'),
    enabled: !assessment,
  });
  const back = () => navigate({ to: '/register/$id', params: { id: activity.purpose.id } });
  const save = useMutation({
    mutationFn: () =>
      put(`/api/v1/register/activities/${activity.purpose.id}/assessments`, {
        kind,
        answers: draft.answers,
        outcome: draft.outcome || undefined,
        reviewedOn: draft.reviewedOn || undefined,
        nextReviewOn: draft.nextReviewOn || null,
      }),
    onSuccess: async () => {
      letGo();
      notifications.show({ message: words.saved, color: 'green' });
      await back();
      await queries.invalidateQueries({ queryKey: ['register'] });
    },
  });
  const errorOf = errorsByField(save.error);
  const answer = (key: string, value: string | string[]) => set('answers', { ...draft.answers, [key]: value });
  const text = (key: string, label: string) => (
    <Textarea
      key={key}
      label={label}
      autosize
      minRows={3}
      value={String(draft.answers[key] ?? '')}
      error={errorOf(`answers.${key}`)}
      onChange={(event) => answer(key, event.currentTarget.value)}
    />
  );
  const criteria = Array.isArray(draft.answers.criteria) ? draft.answers.criteria : [];
  const needsDocument = kind !== 'impact' || draft.outcome === 'done' || draft.outcome === 'needed';

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Stack gap="lg">
        {assessment ? null : (
          <Callout
            tone="note"
            title={words.template}
            actions={
              other.data ? (
                <Button size="xs" variant="default" onClick={() => set('answers', other.data.template)}>
                  {words.useTemplate}
                </Button>
              ) : null
            }
          />
        )}
        {kind === 'impact' ? (
          <Section title={words.criteria}>
            <Choices label={words.criteria} all={words.criterion} value={criteria} onChange={(all) => answer('criteria', all)} />
            {text('reasons', words.reasons)}
          </Section>
        ) : (
          parts.map(([key, label]) => text(key, label))
        )}
        <Radio.Group
          label={words.outcome}
          value={draft.outcome}
          error={errorOf('outcome')}
          onChange={(outcome) => set('outcome', outcome)}
        >
          <Stack gap="xs" mt="xs">
            {Object.entries(kind === 'impact' ? words.impactOutcome : words.interestsOutcome).map(([value, label]) => (
              <Radio key={value} value={value} label={label} />
            ))}
          </Stack>
        </Radio.Group>
        {kind === 'impact' && needsDocument ? (
          <Section title={words.document}>
            <Stack gap="md">{parts.map(([key, label]) => text(key, label))}</Stack>
          </Section>
        ) : null}
        <ReviewDates draft={draft} set={set} errorOf={errorOf} />
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        <Group justify="flex-end">
          <FormFoot submit={words.assess} isPending={save.isPending} isDirty={isDirty} onCancel={() => void back()} />
        </Group>
      </Stack>
    </Form>
  );
}
