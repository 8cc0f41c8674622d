import { ActionIcon, Button, Fieldset, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { put } from '../../api/client.ts';
import type { FormBox, FormMapping } from '../../api/form-types.ts';
import { purposesQuery } from '../../api/queries.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../../ui/draft.ts';
import { Form } from '../../ui/form.tsx';
import { IconPlus, IconTrash } from '../../ui/icons.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';

interface MappingsEditorProps {
  id: string;
  saved: FormMapping[];
  boxes: FormBox[];
  mayWrite: boolean;
}

/** Says which value of a foreign form stands for which box; what is not said ticks nothing. */
export function MappingsEditor({ id, saved, boxes, mayWrite }: MappingsEditorProps) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const mappings = useDraft({ rows: saved });
  const words = t.formSites;
  const letGo = useUnsavedGuard(mappings.isDirty);
  const save = useMutation({
    mutationFn: () => put(`/api/v1/forms/${id}/mappings`, { mappings: mappings.draft.rows }),
    onSuccess: async () => {
      letGo();
      notifications.show({ message: words.mappingsSaved, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['forms', id] });
    },
  });
  const possible = boxes.filter((box) => box.channel !== 'none');
  const [first] = possible;
  const { rows } = mappings.draft;
  const setRows = (changed: FormMapping[]) => mappings.set('rows', changed);

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Stack>
        {rows.length === 0 ? <Text size="sm">{words.noMappings}</Text> : null}
        {rows.map((row, at) => (
          <MappingRow
            // Rows have no id of their own; their place is what identifies them while they are typed.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={at}
            row={row}
            at={at}
            boxes={possible}
            mayWrite={mayWrite}
            errorOf={errorsByField(save.error)}
            onChange={(changed) => setRows(rows.map((one, position) => (position === at ? { ...one, ...changed } : one)))}
            onRemove={() => setRows(rows.filter((_, position) => position !== at))}
          />
        ))}
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        {mayWrite && !first ? <Text size="sm">{words.noBoxes}</Text> : null}
        {mayWrite ? (
          <Group justify="space-between">
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={14} />}
              disabled={!first || rows.length >= 50}
              onClick={() =>
                first && setRows([...rows, { field: '', value: '', purpose: first.purpose, channel: first.channel }])
              }
            >
              {words.addMapping}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!mappings.isDirty}>
              {words.saveMappings}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Form>
  );
}

interface MappingRowProps {
  row: FormMapping;
  at: number;
  boxes: FormBox[];
  mayWrite: boolean;
  errorOf: (field: string) => string | undefined;
  onChange: (changed: Partial<FormMapping>) => void;
  onRemove: () => void;
}

function MappingRow({ row, at, boxes, mayWrite, errorOf, onChange, onRemove }: MappingRowProps) {
  const { t, language } = useLanguage();
  const { data: purposes = [] } = useQuery(purposesQuery);
  const words = t.formSites;
  const nameOf = (purpose: string) => purposes.find(({ id }) => id === purpose)?.name[language] ?? '…';
  const boxOf = (box: Pick<FormBox, 'purpose' | 'channel'>) => `${nameOf(box.purpose)} – ${t.words.channel[box.channel]}`;
  if (!mayWrite) return <Text size="sm">{`${row.field} = ${row.value}: ${boxOf(row)}`}</Text>;

  return (
    <Fieldset legend={words.mapping(at + 1)} radius="md" p="sm" bg="transparent">
      <Group align="flex-start" gap="sm">
        <TextInput
          label={words.mappingField}
          placeholder="group[1234][1]"
          value={row.field}
          error={errorOf(`mappings.${at}.field`)}
          maxLength={100}
          spellCheck={false}
          onChange={(event) => onChange({ field: event.currentTarget.value })}
        />
        <TextInput
          label={words.mappingValue}
          value={row.value}
          error={errorOf(`mappings.${at}.value`)}
          maxLength={200}
          spellCheck={false}
          onChange={(event) => onChange({ value: event.currentTarget.value })}
        />
        <NativeSelect
          label={words.mappingBox}
          value={`${row.purpose} ${row.channel}`}
          error={errorOf(`mappings.${at}.purpose`)}
          data={boxes.map((box) => ({ value: `${box.purpose} ${box.channel}`, label: boxOf(box) }))}
          onChange={(event) => {
            const box = boxes.find((one) => `${one.purpose} ${one.channel}` === event.currentTarget.value);
            if (box) onChange({ purpose: box.purpose, channel: box.channel });
          }}
        />
        <ActionIcon mt={26} variant="default" size={36} aria-label={words.removeOf(words.mapping(at + 1))} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
    </Fieldset>
  );
}
