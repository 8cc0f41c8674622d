import { NativeSelect, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { stepsQuery } from '../../api/form-queries.ts';
import type { FormSteps } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/section.tsx';
import styles from './results.module.css';
import { daysAgo, type StepSums, steps, sumSteps } from './step-figures.ts';

const periods = { week: 7, month: 30, all: undefined } as const;

/** Numbers of visits per step. Nobody is followed from one to the next, so no share of them is one of people. */
export function StepsSection({ id }: { id: string }) {
  const { t } = useLanguage();
  const [period, setPeriod] = useState<keyof typeof periods>('month');
  const days = periods[period];
  const counts = useQuery(stepsQuery(id, days === undefined ? undefined : daysAgo(days)));
  const words = t.formResults;

  return (
    <Section
      title={words.steps}
      lead={words.stepsLead}
      actions={
        <NativeSelect
          aria-label={words.period}
          value={period}
          data={Object.entries(words.periods).map(([value, label]) => ({ value, label }))}
          onChange={(event) => setPeriod(event.currentTarget.value as keyof typeof periods)}
        />
      }
    >
      <Loaded query={counts}>{(rows) => <Steps days={rows} />}</Loaded>
    </Section>
  );
}

function Steps({ days }: { days: FormSteps[] }) {
  const { t, format } = useLanguage();
  const words = t.formResults;
  const sums = sumSteps(days);
  const most = Math.max(1, ...Object.values(sums));
  if (days.length === 0) return <Text>{words.noSteps}</Text>;

  return (
    <>
      <Text>{words.takeaway(format.number(sums.shown), format.number(sums.accepted), format.number(sums.confirmed))}</Text>
      <DataTable caption={words.steps} columns={[words.step, words.number, words.ofShown]}>
        {steps.map((step) => (
          <Table.Tr key={step}>
            <Table.Th scope="row">{words.stepNames[step]}</Table.Th>
            <Table.Td data-label={words.number}>
              <span className={styles.figure}>{format.number(sums[step])}</span>
              <svg className={styles.bar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(sums[step] / most) * 100} height="8" />
              </svg>
            </Table.Td>
            <Table.Td data-label={words.ofShown}>{sums.shown === 0 ? '–' : format.percent(sums[step] / sums.shown)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <ByVersion days={days} />
    </>
  );
}

function ByVersion({ days }: { days: FormSteps[] }) {
  const { t, format } = useLanguage();
  const words = t.formResults;
  const versions = [...new Set(days.map(({ version }) => version))].sort((one, other) => other - one);
  const columns = ['shown', 'accepted', 'confirmed'] as const satisfies readonly (keyof StepSums)[];
  if (versions.length < 2) return null;

  return (
    <>
      <Text fw={600}>{words.byVersion}</Text>
      <DataTable caption={words.byVersion} columns={[words.version, ...columns.map((step) => words.stepNames[step])]}>
        {versions.map((version) => {
          const sums = sumSteps(days.filter((day) => day.version === version));

          return (
            <Table.Tr key={version}>
              <Table.Th scope="row">{t.common.version(version)}</Table.Th>
              {columns.map((step) => (
                <Table.Td key={step} data-label={words.stepNames[step]}>
                  {format.number(sums[step])}
                </Table.Td>
              ))}
            </Table.Tr>
          );
        })}
      </DataTable>
    </>
  );
}
