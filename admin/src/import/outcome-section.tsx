import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Definitions } from '../ui/definitions.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { CountsView } from './counts-view.tsx';
import { importQuery, reportQuery } from './queries.ts';
import { RowsView } from './rows-view.tsx';
import type { Import, Report } from './types.ts';

/** What happened, which rows were not taken, and the way back. */
export function OutcomeSection({ one }: { one: Import }) {
  const { t, format, language } = useLanguage();
  const words = t.imports;
  const { settings } = one;
  const report = useQuery(reportQuery(one.id, one.state));
  const name = settings?.purpose.name;

  return (
    <Section title={words.result.committed}>
      <Stack gap="md">
        {settings ? (
          <Definitions
            rows={[
              [words.source, settings.source],
              [words.purpose, typeof name === 'object' ? name[language] : name],
              [words.basis, settings.legalBasis === 'unknown' ? words.basisUnknown : t.words.legalBasis[settings.legalBasis]],
              [words.when, one.committedAt ? format.dateTime(one.committedAt) : undefined],
            ]}
          />
        ) : null}
        <CountsView title={words.states[one.state]} counts={one.counts} />
        <RowsView one={one} counts={one.counts} />
        <Loaded query={report}>{(data) => <Undo one={one} report={data} />}</Loaded>
      </Stack>
    </Section>
  );
}

function Undo({ one, report }: { one: Import; report: Report }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const queries = useQueryClient();
  const [isAsking, dialog] = useDisclosure(false);
  const words = t.imports;
  const undo = useMutation({
    mutationFn: () => post<Import>(`/api/v1/imports/${one.id}/undo`),
    onSuccess: (told) => {
      dialog.close();
      queries.setQueryData(importQuery(one.id).queryKey, told);
      void queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const kept = report.undo.keptBecause;
  if (one.state === 'undone') {
    return kept.length === 0 ? null : (
      <Definitions rows={kept.map(({ code, count }) => [wordFor(words.codes, code), format.number(count)])} />
    );
  }
  if (!report.undo.possible) return one.state === 'undoing' ? null : <Text size="sm">{words.undoGone}</Text>;

  return (
    <Group justify="space-between" align="center">
      <Text size="sm" maw={620}>
        {report.undo.until ? words.undoUntil(format.date(report.undo.until)) : null}
      </Text>
      {may('imports.write') ? (
        <Button variant="default" onClick={dialog.open}>
          {words.undo}
        </Button>
      ) : null}
      <Modal opened={isAsking} onClose={dialog.close} title={words.undoTitle}>
        <Stack>
          <Text>{report.undo.until ? words.undoUntil(format.date(report.undo.until)) : null}</Text>
          {undo.error ? <ProblemNotice problem={undo.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              {t.common.cancel}
            </Button>
            <Button loading={undo.isPending} onClick={() => undo.mutate()}>
              {words.undoConfirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
