import { Anchor, Button, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { post } from '../api/client.ts';
import { ledgerStateQuery } from '../api/queries.ts';
import type { LedgerState, Verification } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';

/** How the log stands, and a verification of all of it at the press of a button. */
export function LogState() {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const query = useQuery(ledgerStateQuery);
  const verify = useMutation({
    mutationFn: () => post<Verification>('/api/v1/ledger/verifications'),
    onSuccess: () => queries.invalidateQueries({ queryKey: ledgerStateQuery.queryKey }),
  });
  const isRunning = query.data?.running != null;

  return (
    <Section
      title={t.ledger.log.title}
      lead={t.ledger.log.lead}
      actions={
        <Button variant="default" onClick={() => verify.mutate()} loading={verify.isPending} disabled={isRunning}>
          {isRunning ? t.ledger.log.running : t.ledger.log.verify}
        </Button>
      }
    >
      {verify.error ? <ProblemNotice problem={verify.error} /> : null}
      <Loaded query={query}>{(state) => <State state={state} />}</Loaded>
    </Section>
  );
}

function State({ state }: { state: LedgerState }) {
  const { t, format } = useLanguage();
  const words = t.ledger.log;
  const { checkpoint, waiting, key, last, running } = state;
  useVerdictAnnounced(state);
  const waitingCount = `${format.number(waiting.count)}${waiting.atLeast ? '+' : ''}`;

  return (
    <Stack gap="sm">
      <div>
        {last === null ? (
          <Mark tone="wait">{words.never}</Mark>
        ) : last.holds ? (
          <Mark tone="yes">{words.holds}</Mark>
        ) : (
          <Mark tone="no">{words.broken}</Mark>
        )}
      </div>
      {running ? <Running job={running} /> : null}
      <Definitions
        rows={[
          [words.size, format.number(state.size)],
          [
            words.checkpoint,
            checkpoint ? words.checkpointOf(format.ago(checkpoint.signedAt), format.number(checkpoint.size)) : words.noCheckpoint,
          ],
          [
            words.waiting,
            waiting.since === null ? words.waitingNone : words.waitingSince(waitingCount, format.ago(waiting.since)),
          ],
          [
            words.last,
            last?.finishedAt ? (
              <span key="last">
                {typeof last.findings.entries === 'number'
                  ? words.lastOf(format.dateTime(last.finishedAt), format.number(last.findings.entries))
                  : format.dateTime(last.finishedAt)}
                {last.requestedBy ? ` · ${words.by(last.requestedBy)}` : ''}
                {last.holds ? null : <Findings job={last} />}
              </span>
            ) : undefined,
          ],
          [
            words.key,
            key ? (
              <span key="key">
                <code className="mono">{key.vkey}</code>
                <Text size="sm">
                  {words.keyFrom(format.date(key.from))} ·{' '}
                  <Anchor href="/ledger/keys" target="_blank" rel="noreferrer" size="sm">
                    {words.keys} {t.common.opensInNewTab}
                  </Anchor>
                </Text>
              </span>
            ) : undefined,
          ],
        ]}
      />
    </Stack>
  );
}

/** What was found, as it was found: codes, counts and ids that the one who is called for help will ask for. */
function Findings({ job }: { job: Verification }) {
  return (
    <Text size="sm" component="div" className="mono">
      {Object.entries(job.findings)
        .filter(([, value]) => value !== null && value !== 0)
        .map(([name, value]) => (
          <div key={name}>
            {name}: {String(value)}
          </div>
        ))}
    </Text>
  );
}

function Running({ job }: { job: Verification }) {
  const { t, format } = useLanguage();
  const words = t.ledger.log;
  const share = job.entriesExpected > 0 ? Math.min(99, (100 * job.entriesDone) / job.entriesExpected) : 0;

  return (
    <Stack gap={4}>
      <Text size="sm">
        {job.startedAt === null
          ? words.asked
          : job.entriesExpected > 0
            ? words.progress(format.number(job.entriesDone), format.number(job.entriesExpected))
            : words.progressUnknown(format.number(job.entriesDone))}
      </Text>
      <Progress value={share} aria-label={words.running} />
    </Stack>
  );
}

/** Whoever asked and looks elsewhere is told when it is done. */
function useVerdictAnnounced(state: LedgerState): void {
  const { t } = useLanguage();
  const wasRunning = useRef(false);
  const isRunning = state.running !== null;
  const holds = state.last?.holds;
  useEffect(() => {
    if (wasRunning.current && !isRunning) announce(holds ? t.ledger.log.done : t.ledger.log.found);
    wasRunning.current = isRunning;
  }, [isRunning, holds, t]);
}
