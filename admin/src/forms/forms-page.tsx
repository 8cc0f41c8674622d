import { Button, Switch, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { formsQuery, stepsQuery } from '../api/form-queries.ts';
import type { Form } from '../api/form-types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { FormActions } from './form-actions.tsx';
import { FormMarks } from './form-marks.tsx';
import { titleOf } from './form-title.ts';
import { NewFormDialog } from './new-form-dialog.tsx';
import { daysAgo, sumSteps } from './results/step-figures.ts';

export function FormsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const navigate = useNavigate();
  const { archived = false } = useSearch({ from: '/forms' });
  const forms = useQuery(formsQuery(archived));
  const [isAdding, dialog] = useDisclosure(false);
  const words = t.forms;
  const mayWrite = may('forms.write');
  const add = mayWrite ? (
    <Button leftSection={<IconPlus />} onClick={dialog.open}>
      {words.add}
    </Button>
  ) : null;

  return (
    <Page title={words.title} lead={words.lead} actions={add}>
      <Switch
        label={words.showArchived}
        checked={archived}
        onChange={(event) => void navigate({ to: '/forms', search: event.currentTarget.checked ? { archived: true } : {} })}
      />
      <Loaded query={forms}>
        {(rows) =>
          rows.length === 0 ? (
            <div className="card">
              {archived ? (
                <Empty title={words.noneArchived} />
              ) : (
                <Empty title={words.none} action={add}>
                  {words.noneLead}
                </Empty>
              )}
            </div>
          ) : (
            <FormsTable forms={rows} mayWrite={mayWrite} />
          )
        }
      </Loaded>
      <NewFormDialog opened={isAdding} onClose={dialog.close} />
    </Page>
  );
}

function FormsTable({ forms, mayWrite }: { forms: Form[]; mayWrite: boolean }) {
  const { t, language, format } = useLanguage();
  const words = t.forms;
  const columns = [words.name, words.state, words.changed, words.asked, words.confirmed];

  return (
    <DataTable caption={words.caption} columns={mayWrite ? [...columns, words.actions] : columns}>
      {forms.map((form) => (
        <Table.Tr key={form.id}>
          <Table.Th scope="row">
            <Link to="/forms/$id" params={{ id: form.id }} data-row-link>
              {titleOf(form, language)}
            </Link>
          </Table.Th>
          <Table.Td data-label={words.state}>
            <FormMarks form={form} />
          </Table.Td>
          <Table.Td data-label={words.changed} data-empty={changedAt(form) === undefined}>
            {changedAt(form) ? format.shortDate(changedAt(form) as string) : '–'}
          </Table.Td>
          <FormFigures id={form.id} />
          {mayWrite ? (
            <Table.Td>
              <FormActions form={form} />
            </Table.Td>
          ) : null}
        </Table.Tr>
      ))}
    </DataTable>
  );
}

/** How many sent the form lately, and how many of them confirmed. */
function FormFigures({ id }: { id: string }) {
  const { t, format } = useLanguage();
  const words = t.forms;
  const steps = useQuery(stepsQuery(id, daysAgo(30)));
  const { accepted, confirmed } = sumSteps(steps.data ?? []);

  return (
    <>
      <Table.Td data-label={words.asked}>{steps.data ? format.number(accepted) : '–'}</Table.Td>
      <Table.Td data-label={words.confirmed} data-empty={accepted === 0}>
        {accepted === 0
          ? '–'
          : words.rate(format.number(confirmed), format.number(accepted), format.percent(confirmed / accepted))}
      </Table.Td>
    </>
  );
}

function changedAt(form: Form): string | undefined {
  return form.draft?.updatedAt ?? form.versions[0]?.publishedAt;
}
