import { Table } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/section.tsx';
import { actsQuery, type QuarantineAct } from './queries.ts';

/** What was done with many at once; what is under way shows how far it is. */
export function ActsDone() {
  const { t, language, format } = useLanguage();
  const words = t.quarantine.done;
  const queries = useQueryClient();
  const { data: acts } = useQuery(actsQuery);
  if (!acts || acts.length === 0) return null;
  const refresh = () =>
    void Promise.all(['quarantine', 'contacts', 'home', 'coverage'].map((key) => queries.invalidateQueries({ queryKey: [key] })));

  return (
    <Section title={words.title}>
      <DataTable caption={words.caption} columns={[words.when, words.what, words.purpose, words.reason, words.progress]}>
        {acts.map((act: QuarantineAct) => (
          <Table.Tr key={act.id}>
            <Table.Td data-label={words.when}>
              <time dateTime={act.startedAt}>{format.shortDate(act.startedAt)}</time>
            </Table.Td>
            <Table.Td data-label={words.what}>{t.quarantine.act.kinds[act.kind]}</Table.Td>
            <Table.Td data-label={words.purpose}>
              <Link to="/purposes/$id" params={{ id: act.purpose.id }}>
                {act.purpose.name[language]}
              </Link>
            </Table.Td>
            <Table.Td data-label={words.reason} className="break">
              {act.reason}
            </Table.Td>
            <Table.Td data-label={words.progress}>
              {act.jobId ? <JobProgress jobId={act.jobId} onEnded={refresh} /> : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Section>
  );
}
