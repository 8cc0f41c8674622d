import { Checkbox, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { purposesQuery } from '../api/queries.ts';
import type { FormBox, FormDefinition, FormField } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { TextsFields } from '../ui/texts-fields.tsx';

interface FormTextsProps {
  draft: FormDefinition;
  change: (changed: FormDefinition) => void;
  errorOf: (field: string) => string | undefined;
}

export function FormTexts({ draft, change, errorOf }: FormTextsProps) {
  const { t } = useLanguage();
  const words = t.forms;
  const texts = (path: string) => (language: string) => errorOf(`definition.${path}.${language}`);

  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {words.companyHint}
      </Text>
      <TextsFields
        label={words.formTitle}
        value={draft.title}
        onChange={(title) => change({ ...draft, title })}
        error={texts('title')}
      />
      <TextsFields
        label={words.intro}
        long
        value={draft.intro}
        onChange={(intro) => change({ ...draft, intro })}
        error={texts('intro')}
      />
      <Fields draft={draft} change={change} texts={texts} />
      <Boxes draft={draft} change={change} texts={texts} />
      <TextsFields
        label={words.submit}
        value={draft.submit}
        onChange={(submit) => change({ ...draft, submit })}
        error={texts('submit')}
      />
      <TextsFields
        label={words.doneTitle}
        value={draft.done.title}
        onChange={(title) => change({ ...draft, done: { ...draft.done, title } })}
        error={texts('done.title')}
      />
      <TextsFields
        label={words.doneText}
        long
        value={draft.done.text}
        onChange={(text) => change({ ...draft, done: { ...draft.done, text } })}
        error={texts('done.text')}
      />
    </Stack>
  );
}

interface PartProps {
  draft: FormDefinition;
  change: (changed: FormDefinition) => void;
  texts: (path: string) => (language: string) => string | undefined;
}

function Fields({ draft, change, texts }: PartProps) {
  const { t } = useLanguage();
  const words = t.forms;
  const set = (key: string, changed: Partial<FormField>) =>
    change({ ...draft, fields: draft.fields.map((field) => (field.key === key ? { ...field, ...changed } : field)) });

  return (
    <>
      <Title order={3}>{words.fields}</Title>
      {draft.fields.map((field, at) => (
        <Stack key={field.key} gap="xs">
          <Text fw={600}>{words.field(wordFor(t.words.field, field.key))}</Text>
          <TextsFields
            label={words.label}
            value={field.label}
            onChange={(label) => set(field.key, { label })}
            error={texts(`fields.${at}.label`)}
          />
          <TextsFields
            label={words.reason}
            long
            value={field.reason}
            onChange={(reason) => set(field.key, { reason })}
            error={texts(`fields.${at}.reason`)}
          />
          <Checkbox
            label={words.required}
            checked={field.required}
            // Without an address nobody could confirm the consent.
            disabled={field.key === 'email'}
            onChange={(event) => set(field.key, { required: event.currentTarget.checked })}
          />
        </Stack>
      ))}
    </>
  );
}

function Boxes({ draft, change, texts }: PartProps) {
  const { t, language } = useLanguage();
  const { data: purposes } = useQuery(purposesQuery);
  const words = t.forms;
  const set = (at: number, changed: Partial<FormBox>) =>
    change({ ...draft, boxes: draft.boxes.map((box, position) => (position === at ? { ...box, ...changed } : box)) });
  const nameOf = (box: FormBox) => purposes?.find((purpose) => purpose.id === box.purpose)?.name[language] ?? '…';

  return (
    <>
      <div>
        <Title order={3}>{words.boxes}</Title>
        <Text size="sm" c="dimmed">
          {words.boxesLead}
        </Text>
      </div>
      {draft.boxes.map((box, at) => (
        <Stack key={`${box.purpose} ${box.channel}`} gap="xs">
          <Text fw={600}>{words.box(nameOf(box), t.words.channel[box.channel])}</Text>
          <TextsFields
            label={words.boxLabel}
            long
            value={box.label}
            onChange={(label) => set(at, { label })}
            error={texts(`boxes.${at}.label`)}
          />
          <TextsFields
            label={words.hint}
            long
            value={box.hint}
            onChange={(hint) => set(at, { hint })}
            error={texts(`boxes.${at}.hint`)}
          />
        </Stack>
      ))}
    </>
  );
}
