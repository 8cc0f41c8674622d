import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { post, take } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { announce } from '../ui/announce.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { ExportState } from './export-state.tsx';
import { type Export, exportFieldsQuery, exportPolicyQuery, exportQuery } from './queries.ts';

/** One export: who may be given and who not, who agreed, and the file, once. */
export function ExportPage() {
  const { t } = useLanguage();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(exportQuery(id));

  return (
    <LoadedPage query={query} title={t.exports.one.title}>
      {(one) => (
        <Page title={one.statement} documentTitle={t.exports.one.title} lead={<ExportState one={one} />}>
          <Counts one={one} />
          <Acts one={one} />
          <Facts one={one} />
        </Page>
      )}
    </LoadedPage>
  );
}

function Counts({ one }: { one: Export }) {
  const { t, format } = useLanguage();
  const words = t.exports.one;
  const queries = useQueryClient();
  const isTaken = one.status === 'taken';
  const leftOut = Object.entries((isTaken ? one.leftOutAtLast : one.leftOut) ?? {}).sort(([, many], [, few]) => few - many);
  const allowed = isTaken ? one.given : one.allowed;

  return (
    <Section title={words.counts} lead={isTaken ? undefined : words.countsLead}>
      {one.counting ? (
        <JobProgress jobId={one.counting.id} onEnded={() => void queries.invalidateQueries({ queryKey: ['exports'] })} />
      ) : null}
      <Definitions
        rows={[
          [words.chosen, format.number(one.chosen)],
          [isTaken ? words.given : words.allowed, allowed === null ? undefined : format.number(allowed)],
        ]}
      />
      {allowed === null ? null : leftOut.length === 0 ? (
        <Text size="sm">{words.nobodyLeftOut}</Text>
      ) : (
        <>
          <Text fw={600} size="sm">
            {words.leftOut}
          </Text>
          <Definitions rows={leftOut.map(([reason, people]) => [wordFor(t.exports.reasons, reason), format.number(people)])} />
        </>
      )}
    </Section>
  );
}

function Acts({ one }: { one: Export }) {
  const { t, format } = useLanguage();
  const words = t.exports.one;
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const { data: policy } = useQuery(exportPolicyQuery);
  const isOwn = me?.staffMember.id === one.requestedBy.id;
  const refresh = () => queries.invalidateQueries({ queryKey: ['exports'] });
  const decide = useMutation({
    mutationFn: (verb: 'approve' | 'refuse') => post<Export>(`/api/v1/exports/${one.id}/${verb}`),
    onSuccess: async (_answer, verb) => {
      const done = verb === 'approve' ? words.approved : words.refused;
      notifications.show({ message: done, color: 'green' });
      announce(done);
      await refresh();
    },
  });
  const download = useMutation({
    mutationFn: () => take(`/api/v1/exports/${one.id}/download`),
    onSuccess: () => announce(words.done),
    onSettled: () => void refresh(),
  });
  // How far it is, the page asks the server while the browser takes it.
  useQuery({ ...exportQuery(one.id), refetchInterval: download.isPending ? 1_000 : false });
  const isSending = one.status === 'sending' || download.isPending;
  if (!isSending && one.status !== 'waiting' && one.status !== 'ready') {
    return download.error ? <ProblemNotice problem={download.error} /> : null;
  }

  return (
    <Section title={words.download}>
      {decide.error ? <ProblemNotice problem={decide.error} /> : null}
      {download.error ? <ProblemNotice problem={download.error} /> : null}
      {one.status === 'waiting' ? (
        <Stack gap="sm">
          <Text size="sm">{words.needs(format.number(policy?.approvalAboveToday ?? 0))}</Text>
          {isOwn ? (
            <Text size="sm" c="dimmed">
              {words.ownWaits}
            </Text>
          ) : (
            <Group gap="xs">
              {(['approve', 'refuse'] as const).map((verb) => (
                <Button key={verb} variant="default" disabled={decide.isPending} onClick={() => decide.mutate(verb)}>
                  {words[verb]}
                </Button>
              ))}
            </Group>
          )}
        </Stack>
      ) : null}
      {one.status === 'ready' && !isSending ? (
        isOwn ? (
          <Group gap="sm">
            <Button disabled={one.allowed === 0} onClick={() => download.mutate()}>
              {words.download}
            </Button>
            <Text size="sm" c="dimmed">
              {one.allowed === 0 ? words.nobody : words.downloadHint}
            </Text>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            {words.onlyAsker}
          </Text>
        )
      ) : null}
      {isSending ? (
        <Stack gap={6}>
          <Progress.Root size="lg">
            <Progress.Section
              value={one.chosen === 0 ? 0 : (one.passed / one.chosen) * 100}
              animated
              aria-label={words.progress}
              aria-valuetext={format.percent(one.chosen === 0 ? 0 : one.passed / one.chosen)}
            />
          </Progress.Root>
          <Text size="sm" c="dimmed">
            {words.sent(format.number(one.passed), format.number(one.chosen))}
          </Text>
        </Stack>
      ) : null}
    </Section>
  );
}

function Facts({ one }: { one: Export }) {
  const { t, language, format } = useLanguage();
  const words = t.exports.one;
  const { data: fields } = useQuery(exportFieldsQuery(language));
  const labels = new Map(fields?.data.map(({ key, label }) => [key, label]));

  return (
    <Section title={words.facts}>
      <Definitions
        rows={[
          [
            t.exports.columns.recipient,
            [one.recipient.name, one.recipient.country && format.country(one.recipient.country)].filter(Boolean).join(', '),
          ],
          [t.exports.form.recipientKind, wordFor(t.exports.recipientKinds, one.recipient.kind)],
          [t.exports.form.purpose, one.purpose?.name[language]],
          [t.exports.form.channel, one.channel ? wordFor(t.words.channel, one.channel) : undefined],
          [words.rule, wordFor(t.exports.rules, one.rule)],
          [
            t.exports.form.restrictionGround,
            one.restrictionGround ? wordFor(t.exports.form.restrictionGrounds, one.restrictionGround) : undefined,
          ],
          [words.selection, wordFor(words.selections, one.selection.kind)],
          [t.exports.form.format, wordFor(t.exports.formats, one.format)],
          [words.fields, one.fields.map((key) => labels.get(key) ?? key).join(', ')],
          [
            t.exports.columns.by,
            `${one.requestedBy.name ?? wordFor(t.words.actor, one.requestedBy.kind)}, ${format.dateTime(one.requestedAt)}`,
          ],
          [
            words.decided,
            one.decidedBy && one.decidedAt ? `${one.decidedBy.name ?? '–'}, ${format.dateTime(one.decidedAt)}` : undefined,
          ],
        ]}
      />
    </Section>
  );
}
