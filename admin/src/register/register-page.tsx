import { Button, Menu, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { download, post } from '../api/client.ts';
import type { Activity, Register } from '../api/register-types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { Gaps } from './gaps.tsx';
import { ProcessorsSection } from './processors-section.tsx';
import { registerQuery } from './queries.ts';
import { SecuritySection } from './security-section.tsx';

/** The register of Art. 30: what is done, what is missing, and everything it consists of. */
export function RegisterPage() {
  const { t } = useLanguage();
  const register = useQuery(registerQuery);

  return (
    <Page title={t.register.title} lead={t.register.lead} actions={<ExportMenu />}>
      <Loaded query={register}>
        {(all) => (
          <>
            <StarterOffer register={all} />
            <GapsNotice register={all} />
            <Activities activities={all.activities} />
            <ProcessorsSection processors={all.processors} />
            <SecuritySection key={JSON.stringify(all.security)} security={all.security} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function ExportMenu() {
  const { t } = useLanguage();
  const file = useMutation({
    mutationFn: (query: { format: string; language?: string }) => download('/api/v1/register/export', query),
  });

  return (
    <>
      {file.error ? <ProblemNotice problem={file.error} /> : null}
      <Menu>
        <Menu.Target>
          <Button variant="default" loading={file.isPending}>
            {t.register.exportMenu}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => file.mutate({ format: 'html', language: 'bg' })}>{t.register.exportHtml}</Menu.Item>
          <Menu.Item onClick={() => file.mutate({ format: 'html', language: 'en' })}>{t.register.exportHtmlEn}</Menu.Item>
          <Menu.Item onClick={() => file.mutate({ format: 'csv' })}>{t.register.exportCsv}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** Offered while nothing was entered about any activity. */
function StarterOffer({ register }: { register: Register }) {
  const { t } = useLanguage();
  const may = useMay();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: () => post('/api/v1/register/starter'),
    onSuccess: async () => {
      notifications.show({ message: t.register.starterDone, color: 'green' });
      await queries.invalidateQueries();
    },
  });
  if (!may('register.write') || register.activities.some(({ dataSubjects }) => dataSubjects.length > 0)) return null;

  return (
    <Callout
      tone="note"
      title={t.register.starter}
      actions={
        <Button onClick={() => start.mutate()} loading={start.isPending}>
          {t.register.starterDo}
        </Button>
      }
    >
      {t.register.starterLead}
      {start.error ? <ProblemNotice problem={start.error} /> : null}
    </Callout>
  );
}

function GapsNotice({ register }: { register: Register }) {
  const { t } = useLanguage();
  const count = [...register.activities, ...register.processors].filter(({ gaps }) => gaps.length > 0).length;

  return count === 0 ? (
    <Callout tone="yes" title={t.register.complete} />
  ) : (
    <Callout tone="wait" title={t.register.openGaps(count)} />
  );
}

function Activities({ activities }: { activities: Activity[] }) {
  const { t, format, language } = useLanguage();
  const words = t.register;
  if (activities.length === 0) return <Empty title={words.none} />;

  return (
    <Section title={words.activities}>
      <DataTable
        caption={words.activities}
        columns={[words.activity, words.basis, words.subjects, words.reviewed, words.missing]}
      >
        {activities.map(({ purpose, dataSubjects, reviewedOn, gaps }) => (
          <Table.Tr key={purpose.id}>
            <Table.Th scope="row">
              <Link to="/register/$id" params={{ id: purpose.id }} data-row-link>
                {purpose.name[language]}
              </Link>
            </Table.Th>
            <Table.Td data-label={words.basis}>{wordFor(t.words.legalBasis, purpose.legalBasis)}</Table.Td>
            <Table.Td data-label={words.subjects}>
              {dataSubjects.map((one) => wordFor(words.dataSubjects, one)).join(', ') || '–'}
            </Table.Td>
            <Table.Td data-label={words.reviewed}>{reviewedOn ? format.shortDate(reviewedOn) : words.never}</Table.Td>
            <Table.Td data-label={words.missing}>
              <Gaps gaps={gaps} words={words.gap} />
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Section>
  );
}
