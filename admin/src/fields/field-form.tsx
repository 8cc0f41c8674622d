import { Button, Checkbox, Group, NativeSelect, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { post, put } from '../api/client.ts';
import { purposesQuery } from '../api/queries.ts';
import type { Field, FieldOption, FieldType } from '../api/register-types.ts';
import { FormFoot } from '../contact/edit/form-foot.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { TextsFields } from '../ui/texts-fields.tsx';
import { readers, useReader } from './readers.ts';

/** A field from its first word to whoever may see it. */
export function FieldForm({ field }: { field?: Field }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const words = t.fields;
  const before = field?.purposes.map(({ id }) => id) ?? [];
  const { draft, set, isDirty } = useDraft({
    key: '',
    type: field?.type ?? ('text' as FieldType),
    label: field?.label ?? { bg: '', en: '' },
    options: field?.options ?? [],
    dataCategory: field?.dataCategory ?? 'other',
    specialCategory: field?.specialCategory ?? '',
    sourceOfTruth: field?.sourceOfTruth ?? 'person',
    visibleTo: field?.visibleTo ?? [...readers],
    purposes: before,
    isMaterial: true,
    changeReason: '',
  });
  const letGo = useUnsavedGuard(isDirty);
  const save = useMutation({
    mutationFn: () => {
      const { key, type, changeReason, specialCategory, ...terms } = draft;
      const body = {
        ...terms,
        options: hasOptions(type) ? terms.options : [],
        specialCategory: specialCategory || null,
        ...(changeReason.trim() ? { changeReason: changeReason.trim() } : {}),
      };
      return field
        ? put<Field>(`/api/v1/fields/${field.key}`, body)
        : post<Field>('/api/v1/fields', { ...body, key: key.trim(), type });
    },
    onSuccess: async () => {
      letGo();
      notifications.show({ message: words.saved, color: 'green' });
      await navigate({ to: '/fields' });
      await queries.invalidateQueries();
    },
  });
  const errorOf = errorsByField(save.error);
  const isGiven = draft.purposes.some((id) => !before.includes(id));

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Stack gap="lg">
        <Section title={words.field}>
          {field ? null : (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label={words.key}
                description={words.keyHint}
                value={draft.key}
                error={errorOf('key')}
                spellCheck={false}
                autoCapitalize="none"
                onChange={(event) => set('key', event.currentTarget.value)}
              />
              <NativeSelect
                label={words.type}
                value={draft.type}
                data={Object.entries(words.fieldType).map(([value, label]) => ({ value, label }))}
                onChange={(event) => set('type', event.currentTarget.value as FieldType)}
              />
            </SimpleGrid>
          )}
          <TextsFields
            label={words.label}
            value={draft.label}
            onChange={(label) => set('label', label)}
            error={(spoken) => errorOf(`label.${spoken}`)}
          />
          {hasOptions(draft.type) ? (
            <Options
              options={draft.options}
              fixed={field?.options.length ?? 0}
              onChange={(options) => set('options', options)}
              errorOf={errorOf}
            />
          ) : null}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NativeSelect
              label={words.category}
              value={draft.dataCategory}
              data={Object.entries(words.dataCategory).map(([value, label]) => ({ value, label }))}
              onChange={(event) => set('dataCategory', event.currentTarget.value)}
            />
            <NativeSelect
              label={words.specialLabel}
              description={words.specialHint}
              value={draft.specialCategory}
              error={errorOf('specialCategory')}
              data={[
                ...(field?.specialCategory ? [] : [{ value: '', label: words.notSpecial }]),
                ...Object.entries(words.specialCategory).map(([value, label]) => ({ value, label })),
              ]}
              onChange={(event) => set('specialCategory', event.currentTarget.value)}
            />
            <NativeSelect
              label={words.truth}
              value={draft.sourceOfTruth}
              data={Object.entries(words.sourceOfTruth).map(([value, label]) => ({ value, label }))}
              onChange={(event) => set('sourceOfTruth', event.currentTarget.value)}
            />
          </SimpleGrid>
        </Section>
        <PurposesSection chosen={draft.purposes} onChange={(all) => set('purposes', all)} error={errorOf('purposes')} />
        {isGiven ? (
          <Section title={words.tell}>
            <Radio.Group
              aria-label={words.tell}
              value={draft.isMaterial ? 'yes' : 'no'}
              onChange={(value) => set('isMaterial', value === 'yes')}
            >
              <Stack gap="xs">
                <Radio value="yes" label={words.material} />
                <Radio value="no" label={words.notMaterial} />
              </Stack>
            </Radio.Group>
            {draft.isMaterial ? null : (
              <TextInput
                label={words.reason}
                description={words.reasonHint}
                value={draft.changeReason}
                error={errorOf('changeReason')}
                onChange={(event) => set('changeReason', event.currentTarget.value)}
              />
            )}
          </Section>
        ) : null}
        <VisibleSection chosen={draft.visibleTo} onChange={(all) => set('visibleTo', all)} error={errorOf('visibleTo')} />
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        <FormFoot
          submit={words.save}
          isPending={save.isPending}
          isDirty={isDirty}
          onCancel={() => void navigate({ to: '/fields' })}
        />
      </Stack>
    </Form>
  );
}

function hasOptions(type: FieldType): boolean {
  return type === 'choice' || type === 'several-choices';
}

interface ChosenProps {
  chosen: string[];
  onChange: (all: string[]) => void;
  error: string | undefined;
}

function PurposesSection({ chosen, onChange, error }: ChosenProps) {
  const { t, language } = useLanguage();
  const purposes = useQuery(purposesQuery);
  const words = t.fields;

  return (
    <Section title={words.purposes} lead={words.purposesHint}>
      <Checkbox.Group aria-label={words.purposes} value={chosen} error={error} onChange={onChange}>
        <Stack gap="xs">
          {(purposes.data ?? []).map(({ id, name }) => (
            <Checkbox key={id} value={id} label={name[language]} />
          ))}
        </Stack>
      </Checkbox.Group>
      {chosen.length === 0 ? <Text size="sm">{words.idle}</Text> : null}
    </Section>
  );
}

function VisibleSection({ chosen, onChange, error }: ChosenProps) {
  const { t } = useLanguage();
  const readerWord = useReader();

  return (
    <Section title={t.fields.visible} lead={t.fields.alwaysSee}>
      <Checkbox.Group aria-label={t.fields.visible} value={chosen} error={error} onChange={onChange}>
        <Group>
          {readers.map((reader) => (
            <Checkbox key={reader} value={reader} label={readerWord(reader)} disabled={reader === 'owner' || reader === 'dpo'} />
          ))}
        </Group>
      </Checkbox.Group>
    </Section>
  );
}

interface OptionsProps {
  options: FieldOption[];
  /** How many were there before: they may have been chosen, so they stay. */
  fixed: number;
  onChange: (options: FieldOption[]) => void;
  errorOf: (field: string) => string | undefined;
}

function Options({ options, fixed, onChange, errorOf }: OptionsProps) {
  const { t } = useLanguage();
  const words = t.fields;
  const change = (position: number, changed: Partial<FieldOption>) =>
    onChange(options.map((one, at) => (at === position ? { ...one, ...changed } : one)));

  return (
    <Stack gap="xs" role="group" aria-label={words.options}>
      <Text fw={600} size="sm">
        {words.options}
      </Text>
      {options.map((option, position) => (
        // While an option is typed its short name changes with every letter; its place is what identifies it.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Group key={position} align="flex-end" gap="sm">
          <TextInput
            label={words.optionValue}
            value={option.value}
            disabled={position < fixed}
            spellCheck={false}
            error={errorOf(`options.${position}.value`)}
            onChange={(event) => change(position, { value: event.currentTarget.value })}
          />
          {(['bg', 'en'] as const).map((spoken) => (
            <TextInput
              key={spoken}
              lang={spoken}
              label={spoken === 'bg' ? words.optionBg : words.optionEn}
              value={option.label[spoken]}
              error={errorOf(`options.${position}.label.${spoken}`)}
              onChange={(event) => change(position, { label: { ...option.label, [spoken]: event.currentTarget.value } })}
            />
          ))}
          {position < fixed ? null : (
            <Button variant="default" onClick={() => onChange(options.filter((_, at) => at !== position))}>
              {t.common.remove}
            </Button>
          )}
        </Group>
      ))}
      {errorOf('options') ? (
        <Text size="sm" c="red" role="alert">
          {errorOf('options')}
        </Text>
      ) : null}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...options, { value: '', label: { bg: '', en: '' } }])}
        >
          {words.addOption}
        </Button>
      </Group>
    </Stack>
  );
}
