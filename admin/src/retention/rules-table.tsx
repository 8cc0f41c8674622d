import { Button, Group, Switch, Table, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { put } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import type { RuleOfPurpose, Rules } from './queries.ts';

/** Each purpose's rule, and whether it is carried out by itself. */
export function RulesTable({ rules }: { rules: Rules }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const queries = useQueryClient();
  const words = t.retention.rules;
  const change = useMutation({
    mutationFn: ({ rule, automatic }: { rule: RuleOfPurpose; automatic: boolean }) =>
      put(`/api/v1/retention/rules/${rule.purpose.id}`, { automatic }),
    onSuccess: async () => {
      notifications.show({ message: words.saved, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['retention', 'rules'] });
    },
  });

  return (
    <>
      {change.error ? <ProblemNotice problem={change.error} /> : null}
      <DataTable caption={words.caption} columns={[words.purpose, words.rule, words.due, words.automatic]}>
        {rules.data.map((rule) => (
          <Table.Tr key={rule.purpose.id}>
            <Table.Th scope="row">{rule.purpose.name[language]}</Table.Th>
            <Table.Td data-label={words.rule}>
              {t.retention.ruleOf(rule.retention.months, t.retention.starts[rule.retention.starts])}
            </Table.Td>
            <Table.Td data-label={words.due}>{format.number(rule.due.people + rule.due.data)}</Table.Td>
            <Table.Td data-label={words.automatic}>
              {rule.isSystem ? (
                <Text size="sm" c="dimmed">
                  {words.follows}
                </Text>
              ) : (
                <Switch
                  checked={rule.automatic}
                  disabled={!may('retention.approve') || change.isPending}
                  aria-label={words.automaticOf(rule.purpose.name[language])}
                  onChange={(event) => change.mutate({ rule, automatic: event.currentTarget.checked })}
                />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      {may('retention.approve') ? <SecondPerson above={rules.secondPersonAbove} /> : null}
    </>
  );
}

function SecondPerson({ above }: { above: number }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const words = t.retention.rules;
  const [typed, setTyped] = useState(String(above));
  const save = useMutation({
    mutationFn: () => put('/api/v1/retention/second-person', { above: Number(typed) }),
    onSuccess: async () => {
      notifications.show({ message: words.saved, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['retention'] });
    },
  });

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={words.second}
          description={words.secondHint}
          inputMode="numeric"
          value={typed}
          error={errorsByField(save.error)('above')}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={save.isPending} disabled={typed === String(above)}>
          {t.common.save}
        </Button>
      </Group>
      {save.error ? <ProblemNotice problem={save.error} /> : null}
    </Form>
  );
}
