import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import type { Recipient } from '../api/types.ts';
import { everyCountryCode } from '../languages/countries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Section } from '../ui/section.tsx';

interface RecipientsFieldsProps {
  recipients: Recipient[];
  onChange: (recipients: Recipient[]) => void;
  errorOf: (field: string) => string | undefined;
}

/** Who else receives the data, by name: people may ask exactly that (Art. 15(1)(c), C-154/21). */
export function RecipientsFields({ recipients, onChange, errorOf }: RecipientsFieldsProps) {
  const { t, format } = useLanguage();
  const words = t.purposes.editor;
  const change = (position: number, changed: Partial<Recipient>) =>
    onChange(recipients.map((one, at) => (at === position ? { ...one, ...changed } : one)));

  return (
    <Section title={words.recipients}>
      {recipients.length === 0 ? <Text size="sm">{t.purposes.noRecipients}</Text> : null}
      {recipients.map((recipient, position) => (
        // Recipients have no id of their own; their place in the list is what identifies them while they are typed.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Group key={position} align="flex-end" gap="sm">
          <TextInput
            label={words.recipientName}
            value={recipient.name}
            error={errorOf(`recipients.${position}.name`)}
            onChange={(event) => change(position, { name: event.currentTarget.value })}
          />
          <NativeSelect
            label={words.recipientCountry}
            value={recipient.country}
            data={everyCountryCode.map((value) => ({ value, label: format.country(value) }))}
            onChange={(event) => change(position, { country: event.currentTarget.value })}
          />
          <TextInput
            label={words.recipientRole}
            placeholder={words.recipientRoleHint}
            value={recipient.role}
            error={errorOf(`recipients.${position}.role`)}
            onChange={(event) => change(position, { role: event.currentTarget.value })}
          />
          <Button variant="default" onClick={() => onChange(recipients.filter((_, at) => at !== position))}>
            {t.common.remove}
          </Button>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...recipients, { name: '', country: 'BG', role: '' }])}
        >
          {words.addRecipient}
        </Button>
      </Group>
    </Section>
  );
}
