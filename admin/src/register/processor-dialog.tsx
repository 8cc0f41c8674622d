import { Button, Group, Modal, NativeSelect, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post, put } from '../api/client.ts';
import type { Processor, ProcessorTerms, SubProcessor } from '../api/register-types.ts';
import { everyCountryCode } from '../languages/countries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { errorsByField, useDraft } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { ProblemNotice } from '../ui/problem.tsx';

const empty: ProcessorTerms = {
  name: '',
  service: '',
  country: 'BG',
  contact: '',
  contractReference: '',
  contractDate: '',
  safeguard: '',
  safeguardNote: '',
  subProcessors: [],
};

export function ProcessorDialog({ processor, onClose }: { processor: Processor | undefined; onClose: () => void }) {
  const { t, format } = useLanguage();
  const queries = useQueryClient();
  const words = t.register;
  const { draft, set } = useDraft<ProcessorTerms>(processor ? termsOf(processor) : empty);
  const done = async () => {
    notifications.show({ message: words.saved, color: 'green' });
    onClose();
    await queries.invalidateQueries({ queryKey: ['register'] });
  };
  const save = useMutation({
    mutationFn: () =>
      processor
        ? put(`/api/v1/register/processors/${processor.id}`, given(draft))
        : post('/api/v1/register/processors', given(draft)),
    onSuccess: done,
  });
  const archive = useMutation({
    mutationFn: () => post(`/api/v1/register/processors/${processor?.id}/archive`),
    onSuccess: done,
  });
  const errorOf = errorsByField(save.error);
  const line = (key: 'name' | 'contact' | 'contractReference' | 'contractDate' | 'safeguardNote') => ({
    value: draft[key] ?? '',
    error: errorOf(key),
    onChange: (event: { currentTarget: { value: string } }) => set(key, event.currentTarget.value),
  });
  const countries = everyCountryCode.map((value) => ({ value, label: format.country(value) }));

  return (
    <Modal opened onClose={onClose} title={words.editProcessor} size="lg">
      <Form onSubmit={() => save.mutate()} problem={save.error}>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={words.name} {...line('name')} />
            <NativeSelect
              label={words.country}
              data={countries}
              value={draft.country}
              onChange={(event) => set('country', event.currentTarget.value)}
            />
          </SimpleGrid>
          <Textarea
            label={words.service}
            autosize
            value={draft.service}
            error={errorOf('service')}
            onChange={(event) => set('service', event.currentTarget.value)}
          />
          <TextInput label={`${words.contact} ${t.common.optional}`} {...line('contact')} />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={words.contractReference} {...line('contractReference')} />
            <TextInput type="date" label={words.contractDate} {...line('contractDate')} />
          </SimpleGrid>
          <NativeSelect
            label={words.safeguardLabel}
            description={words.safeguardHint}
            value={draft.safeguard ?? ''}
            data={[
              { value: '', label: words.noSafeguard },
              ...Object.entries(words.safeguard).map(([value, label]) => ({ value, label })),
            ]}
            onChange={(event) => set('safeguard', event.currentTarget.value)}
          />
          {draft.safeguard ? <TextInput label={words.safeguardNote} {...line('safeguardNote')} /> : null}
          <SubProcessors all={draft.subProcessors} onChange={(all) => set('subProcessors', all)} errorOf={errorOf} />
          {save.error || archive.error ? <ProblemNotice problem={save.error ?? archive.error} /> : null}
          <Group justify="space-between">
            {processor ? (
              <Button variant="default" loading={archive.isPending} onClick={() => archive.mutate()}>
                {words.archiveProcessor}
              </Button>
            ) : (
              <span />
            )}
            <Group>
              <Button variant="default" onClick={onClose}>
                {t.common.cancel}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {words.save}
              </Button>
            </Group>
          </Group>
        </Stack>
      </Form>
    </Modal>
  );
}

interface SubProcessorsProps {
  all: SubProcessor[];
  onChange: (all: SubProcessor[]) => void;
  errorOf: (field: string) => string | undefined;
}

function SubProcessors({ all, onChange, errorOf }: SubProcessorsProps) {
  const { t, format } = useLanguage();
  const words = t.register;
  const change = (position: number, changed: Partial<SubProcessor>) =>
    onChange(all.map((one, at) => (at === position ? { ...one, ...changed } : one)));

  return (
    <Stack gap="xs" role="group" aria-label={words.subProcessors}>
      {all.map((one, position) => (
        // They have no id of their own; their place in the list is what identifies them while they are typed.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Group key={position} align="flex-end" gap="sm">
          <TextInput
            label={words.name}
            value={one.name}
            error={errorOf(`subProcessors.${position}.name`)}
            onChange={(event) => change(position, { name: event.currentTarget.value })}
          />
          <TextInput
            label={words.service}
            value={one.service}
            error={errorOf(`subProcessors.${position}.service`)}
            onChange={(event) => change(position, { service: event.currentTarget.value })}
          />
          <NativeSelect
            label={words.country}
            value={one.country}
            data={everyCountryCode.map((value) => ({ value, label: format.country(value) }))}
            onChange={(event) => change(position, { country: event.currentTarget.value })}
          />
          <Button variant="default" onClick={() => onChange(all.filter((_, at) => at !== position))}>
            {t.common.remove}
          </Button>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...all, { name: '', country: 'BG', service: '' }])}
        >
          {words.addSubProcessor}
        </Button>
      </Group>
    </Stack>
  );
}

function termsOf({ id: _id, gaps: _gaps, ...terms }: Processor): ProcessorTerms {
  const { name, service, country, contact, contractReference, contractDate, safeguard, safeguardNote, subProcessors } = terms;
  return { name, service, country, contact, contractReference, contractDate, safeguard, safeguardNote, subProcessors };
}

/** What was left empty was not said. */
function given(draft: ProcessorTerms): ProcessorTerms {
  const orNull = (text: string | null) => text?.trim() || null;
  return {
    ...draft,
    contact: orNull(draft.contact),
    contractReference: orNull(draft.contractReference),
    contractDate: orNull(draft.contractDate),
    safeguard: orNull(draft.safeguard),
    safeguardNote: draft.safeguard ? orNull(draft.safeguardNote) : null,
  };
}
