import { Button, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { BoxChannel, FormBox } from '../../api/form-types.ts';
import type { Purpose } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Form } from '../../ui/form.tsx';
import { newBox } from './definition.ts';

interface AddBoxProps {
  opened: boolean;
  onClose: () => void;
  free: { purpose: Purpose; channels: BoxChannel[] }[];
  onAdd: (box: FormBox) => void;
}

/** Chooses what a box is about. It stays about that: another purpose or channel is another question with another text. */
export function AddBox({ opened, onClose, free, onAdd }: AddBoxProps) {
  const { t, language } = useLanguage();
  const words = t.formBuilder;
  const [purposeId, setPurposeId] = useState<string>();
  const [channel, setChannel] = useState<BoxChannel>();
  const chosen = free.find(({ purpose }) => purpose.id === purposeId) ?? free[0];
  const by = channel && chosen?.channels.includes(channel) ? channel : chosen?.channels[0];

  return (
    <Modal opened={opened} onClose={onClose} title={words.addBox}>
      <Form
        problem={undefined}
        onSubmit={() => {
          if (chosen && by) onAdd(newBox(chosen.purpose, by));
          onClose();
        }}
      >
        <Stack>
          <NativeSelect
            label={words.boxPurpose}
            value={chosen?.purpose.id}
            data={free.map(({ purpose }) => ({ value: purpose.id, label: purpose.name[language] }))}
            onChange={(event) => setPurposeId(event.currentTarget.value)}
          />
          <NativeSelect
            label={words.boxChannel}
            value={by}
            data={(chosen?.channels ?? []).map((value) => ({ value, label: t.words.channel[value] }))}
            onChange={(event) => setChannel(event.currentTarget.value as BoxChannel)}
          />
          <Text size="sm" c="dimmed">
            {chosen?.purpose.explanation[language]}
          </Text>
          <Button type="submit">{words.addBox}</Button>
        </Stack>
      </Form>
    </Modal>
  );
}
