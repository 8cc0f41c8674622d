import { ActionIcon, Button, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import type { FieldOption } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { IconPlus, IconTrash } from '../../ui/icons.tsx';
import { MOST_OPTIONS, noTexts, replaceItem } from './definition.ts';
import { ElementFindings } from './finding-notes.tsx';
import { PlacedTexts } from './placed-texts.tsx';

interface FieldOptionsProps {
  place: string;
  options: FieldOption[];
  onChange: (options: FieldOption[]) => void;
}

export function FieldOptions({ place, options, onChange }: FieldOptionsProps) {
  const { t, language } = useLanguage();
  const words = t.formBuilder;

  return (
    <Fieldset legend={words.options} data-place={place} radius="md" p="sm" bg="transparent">
      <Stack gap="sm">
        <ElementFindings places={[place]} />
        {options.map((option, at) => (
          // Short names may be empty or alike while they are typed; the place is what identifies an answer until then.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Stack key={at} gap="xs" data-place={`${place}.${at}`}>
            <PlacedTexts
              label={words.option(at + 1)}
              place={`${place}.${at}.label`}
              maxLength={120}
              value={option.label}
              onChange={(label) => onChange(replaceItem(options, at, { label }))}
            />
            <Group align="flex-end" gap="xs" wrap="nowrap">
              <TextInput
                style={{ flex: 1 }}
                label={words.optionValue}
                value={option.value}
                maxLength={60}
                spellCheck={false}
                autoCapitalize="none"
                onChange={(event) => onChange(replaceItem(options, at, { value: shortName(event.currentTarget.value, at) }))}
              />
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={words.removeOption(option.label[language] || words.option(at + 1))}
                onClick={() => onChange(options.filter((_, position) => position !== at))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
          </Stack>
        ))}
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            disabled={options.length >= MOST_OPTIONS}
            onClick={() => onChange([...options, { value: freeName(options), label: noTexts }])}
          >
            {words.addOption}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

/** Only what a short name may hold can be typed, and it is never empty: a draft must stay one that can be stored. */
function shortName(typed: string, at: number): string {
  const name = typed
    .toLowerCase()
    .replaceAll(' ', '-')
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

  return name === '' ? `answer-${at + 1}` : name;
}

function freeName(options: readonly FieldOption[]): string {
  let number = options.length + 1;
  while (options.some(({ value }) => value === `answer-${number}`)) number += 1;

  return `answer-${number}`;
}
