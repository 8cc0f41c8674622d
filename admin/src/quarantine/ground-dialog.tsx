import { Button, Checkbox, Group, NativeSelect, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post, remove } from '../api/client.ts';
import { purposesQuery } from '../api/queries.ts';
import { ActDialog as Dialog } from '../contact/actions/act-dialog.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { errorsByField } from '../ui/draft.ts';
import { useDone } from '../ui/use-done.ts';
import type { QuarantinedSource } from './queries.ts';

const conditionsOf = {
  'soft-opt-in': ['own-sale', 'similar-products', 'could-object', 'objection-in-each'],
  'legal-entity': ['legal-person-address', 'not-in-refusal-register'],
} as const;
type Ground = keyof typeof conditionsOf;

/** Why the people of a source may be asked once; everything must be true, and somebody answers for it. */
export function GroundDialog({ row, onClose }: { row: QuarantinedSource; onClose: () => void }) {
  const { t, language } = useLanguage();
  const words = t.quarantine.ground;
  const { data: purposes } = useQuery(purposesQuery);
  const fitting = (purposes ?? []).filter(
    (one) => !one.isSystem && one.legalBasis === 'consent' && one.channels.includes('email'),
  );
  const [purpose, setPurpose] = useState('');
  const [ground, setGround] = useState<Ground>('soft-opt-in');
  const [conditions, setConditions] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const done = useDone(['quarantine']);
  const state = useMutation({
    mutationFn: () =>
      post('/api/v1/quarantine/grounds', {
        source: row.source.id,
        purpose: purpose || fitting[0]?.id,
        ground,
        conditions,
        reason,
      }),
    onSuccess: () => {
      onClose();
      return done(words.done);
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => remove(`/api/v1/quarantine/grounds/${id}`),
    onSuccess: () => {
      onClose();
      return done(words.revoked);
    },
  });
  const problem = state.error ?? revoke.error;
  const errorOf = errorsByField(problem);

  return (
    <Dialog
      title={`${words.title} ${row.source.label}`}
      lead={words.lead}
      submit={words.submit}
      opened
      onClose={onClose}
      onSubmit={() => state.mutate()}
      isPending={state.isPending}
      problem={problem}
      canSubmit={fitting.length > 0}
    >
      {row.grounds.length > 0 ? (
        <Stack gap="xs">
          <Text fw={600}>{words.stated}</Text>
          {row.grounds.map((one) => (
            <Group key={one.id} justify="space-between">
              <Text size="sm" className="break">
                {one.purpose.name[language]} – {words.grounds[one.ground]}. {one.reason}
              </Text>
              <Button size="xs" variant="default" loading={revoke.isPending} onClick={() => revoke.mutate(one.id)}>
                {words.revoke}
              </Button>
            </Group>
          ))}
        </Stack>
      ) : null}
      <NativeSelect
        label={words.purpose}
        data={fitting.map(({ id, name }) => ({ value: id, label: name[language] }))}
        value={purpose || fitting[0]?.id}
        error={errorOf('purpose')}
        onChange={(event) => setPurpose(event.currentTarget.value)}
      />
      <Radio.Group
        label={words.ground}
        value={ground}
        error={errorOf('ground')}
        onChange={(chosen) => {
          setGround(chosen as Ground);
          setConditions([]);
        }}
      >
        <Stack gap="xs" mt="xs">
          {(Object.keys(conditionsOf) as Ground[]).map((one) => (
            <Radio key={one} value={one} label={words.grounds[one]} />
          ))}
        </Stack>
      </Radio.Group>
      <Checkbox.Group value={conditions} onChange={setConditions} error={errorOf('conditions')} label={words.allTrue}>
        <Stack gap="xs" mt="xs">
          {conditionsOf[ground].map((condition) => (
            <Checkbox key={condition} value={condition} label={words.conditions[condition]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Textarea
        label={t.quarantine.act.reason}
        description={t.quarantine.act.reasonHint}
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        error={errorOf('reason')}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Dialog>
  );
}
