import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTexts } from '../../languages/language-provider.tsx';
import { IconPlus, IconTrash } from '../../ui/icons.tsx';

interface LinesEditorProps {
  label: string;
  hint: string;
  none: string;
  add: string;
  lines: string[];
  errorOf: (at: number) => string | undefined;
  onChange: (lines: string[]) => void;
}

/** A list of addresses, one a line. */
export function LinesEditor({ label, hint, none, add, lines, errorOf, onChange }: LinesEditorProps) {
  const t = useTexts();
  const words = t.formSites;

  return (
    <Stack gap="xs">
      {lines.length === 0 ? <Text size="sm">{none}</Text> : null}
      {lines.map((line, at) => (
        // Lines have no id of their own; their place is what identifies them while they are typed.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Group key={at} align="flex-start" gap="xs" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            aria-label={`${label} ${at + 1}`}
            description={hint}
            value={line}
            error={errorOf(at)}
            inputMode="url"
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => onChange(lines.map((one, position) => (position === at ? event.currentTarget.value : one)))}
          />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={words.removeOf(line || words.unnamed)}
            onClick={() => onChange(lines.filter((_, position) => position !== at))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          disabled={lines.length >= 20}
          onClick={() => onChange([...lines, ''])}
        >
          {add}
        </Button>
      </Group>
    </Stack>
  );
}
