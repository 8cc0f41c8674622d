import { Radio, Stack, Textarea } from '@mantine/core';
import { useTexts } from '../../languages/language-provider.tsx';

const methods = ['phone', 'in-person', 'post', 'email'] as const;

export interface HowTold {
  method: string;
  note: string;
}

/** How the person told us, and what must be remembered of it. */
export function MethodFields({ value, onChange }: { value: HowTold; onChange: (value: HowTold) => void }) {
  const t = useTexts();
  const words = t.contact.withdraw;

  return (
    <>
      <Radio.Group label={words.method} value={value.method} onChange={(method) => onChange({ ...value, method })}>
        <Stack gap="xs" mt="xs">
          {methods.map((method) => (
            <Radio key={method} value={method} label={t.words.method[method]} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label={`${words.note} ${t.common.optional}`}
        description={words.noteHint}
        autosize
        minRows={2}
        value={value.note}
        onChange={(event) => onChange({ ...value, note: event.currentTarget.value })}
      />
    </>
  );
}

/** An empty note is no note. */
export const told = ({ method, note }: HowTold) => ({ method, ...(note.trim() === '' ? {} : { note: note.trim() }) });
