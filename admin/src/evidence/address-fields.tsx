import { NativeSelect, TextInput } from '@mantine/core';
import { useTexts } from '../languages/language-provider.tsx';

export interface TypedAddress {
  kind: 'email' | 'phone';
  address: string;
}

/** The address whoever has a claim brings. Never remembered by the browser: it belongs to somebody who was erased. */
export function AddressFields({
  value,
  error,
  onChange,
}: {
  value: TypedAddress;
  error: string | undefined;
  onChange: (value: TypedAddress) => void;
}) {
  const t = useTexts();
  const words = t.evidence.ask;

  return (
    <>
      <NativeSelect
        label={words.kind}
        value={value.kind}
        data={Object.entries(words.kinds).map(([kind, label]) => ({ value: kind, label }))}
        onChange={(event) => onChange({ ...value, kind: event.currentTarget.value as TypedAddress['kind'] })}
      />
      <TextInput
        label={words.address}
        description={words.addressHint}
        type={value.kind === 'email' ? 'email' : 'tel'}
        autoComplete="off"
        value={value.address}
        error={error}
        onChange={(event) => onChange({ ...value, address: event.currentTarget.value })}
      />
    </>
  );
}
