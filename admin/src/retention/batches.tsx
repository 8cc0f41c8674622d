import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { download, get, post } from '../api/client.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { jobQuery } from '../jobs/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { announce } from '../ui/announce.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { BatchDialog } from './batch-dialog.tsx';
import type { Batch } from './queries.ts';

/** What is due together, or was; each can be looked into. */
export function Batches({ batches, none }: { batches: Batch[]; none: string }) {
  const { t, format, language } = useLanguage();
  const words = t.retention.batches;
  const [chosen, setChosen] = useState<string>();
  if (batches.length === 0) return <Empty title={none} />;

  return (
    <>
      <DataTable caption={words.caption} columns={[words.purpose, words.what, words.state, words.act]}>
        {batches.map((batch) => (
          <Table.Tr key={batch.id}>
            <Table.Th scope="row">
              {batch.purpose.name[language]}
              <Text size="sm" c="dimmed">
                {t.retention.ruleOf(batch.rule.months, t.retention.starts[batch.rule.starts])}
              </Text>
            </Table.Th>
            <Table.Td data-label={words.what}>
              {words.peopleAndData(batch.people, batch.data)}
              {batch.excluded.onHold + batch.excluded.restricted > 0 ? (
                <Text size="sm" c="dimmed">
                  {words.excluded(batch.excluded.onHold, batch.excluded.restricted)}
                </Text>
              ) : null}
              {batch.state === 'done' ? (
                <Text size="sm" c="dimmed">
                  {words.outcome(
                    batch.counts.erased ?? 0,
                    batch.counts.forgotten ?? 0,
                    (batch.counts['active-again'] ?? 0) +
                      (batch.counts['on-hold'] ?? 0) +
                      (batch.counts.restricted ?? 0) +
                      (batch.counts.united ?? 0),
                  )}
                </Text>
              ) : null}
            </Table.Td>
            <Table.Td data-label={words.state}>
              <State batch={batch} />
            </Table.Td>
            <Table.Td>
              {batch.state === 'done' ? (
                <Certificate batch={batch} />
              ) : batch.state === 'proposed' ? (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={words.lookAt(batch.purpose.name[language], format.number(batch.people))}
                  onClick={() => setChosen(batch.id)}
                >
                  {words.look}
                </Button>
              ) : (
                <UnderWay batch={batch} />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      {chosen ? <BatchDialog id={chosen} onClose={() => setChosen(undefined)} /> : null}
    </>
  );
}

function State({ batch }: { batch: Batch }) {
  const { t, format } = useLanguage();
  const words = t.retention.batches;
  const by = [batch.first, batch.second].flatMap((one) => (one ? [one.by.name ?? '–'] : [])).join(', ');
  const isHalf = batch.state === 'proposed' && batch.first !== null;

  return (
    <>
      <Mark tone={batch.state === 'done' ? 'yes' : batch.state === 'approved' ? 'plain' : 'wait'}>
        {isHalf
          ? words.waitsForSecond
          : batch.mode === 'automatic' && batch.state === 'proposed'
            ? words.runsTonight
            : words.states[batch.state]}
      </Mark>
      <Text size="sm" c="dimmed">
        {batch.mode === 'automatic' ? words.byRule : by ? words.by(by) : words.since(format.shortDate(batch.proposedAt))}
        {batch.finishedAt ? `, ${format.dateTime(batch.finishedAt)}` : ''}
      </Text>
    </>
  );
}

/** The work itself; after a stop it can be taken up again, because what was approved stays approved. */
function UnderWay({ batch }: { batch: Batch }) {
  const { t } = useLanguage();
  const may = useMay();
  const queries = useQueryClient();
  const job = useQuery({ ...jobQuery(batch.jobId ?? ''), enabled: batch.jobId !== null && may('retention.approve') });
  const refresh = () => void queries.invalidateQueries({ queryKey: ['retention'] });
  const resume = useMutation({
    mutationFn: () => post(`/api/v1/retention/batches/${batch.id}/resume`),
    onSuccess: refresh,
  });
  if (batch.jobId === null || !may('retention.approve')) return null;

  return (
    <Stack gap="xs">
      <JobProgress jobId={batch.jobId} onEnded={refresh} />
      {job.data?.state === 'stopped' ? (
        <Button size="xs" variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
          {t.retention.batches.resume}
        </Button>
      ) : null}
      {resume.error ? <ProblemNotice problem={resume.error} /> : null}
    </Stack>
  );
}

function Certificate({ batch }: { batch: Batch }) {
  const { t, language } = useLanguage();
  const words = t.retention.certificate;
  const path = `/api/v1/retention/batches/${batch.id}`;
  const save = useMutation({ mutationFn: () => download(`${path}/certificate`, {}) });
  const check = useMutation({
    mutationFn: () => get<{ holds: boolean; signature: boolean; journal: boolean }>(`${path}/certificate-check`),
    onSuccess: ({ holds, signature }) => {
      const message = holds ? words.holds : signature ? words.journalDiffers : words.signatureWrong;
      notifications.show({ message, color: holds ? 'green' : 'red', autoClose: holds ? 4000 : false });
      announce(message);
    },
  });
  const problem = save.error ?? check.error;

  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          aria-label={words.saveOf(batch.purpose.name[language])}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {words.save}
        </Button>
        <Button
          size="xs"
          variant="default"
          aria-label={words.checkOf(batch.purpose.name[language])}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {words.check}
        </Button>
      </Group>
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Stack>
  );
}
