import { Button, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormField } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { wordFor } from '../../languages/shape.ts';
import { fieldsQuery } from '../../register/queries.ts';
import { Form } from '../../ui/form.tsx';
import { useBuilder } from './builder-context.ts';
import { isAskable, isStandard, newField, standardKeys } from './definition.ts';

interface AddFieldProps {
  opened: boolean;
  onClose: () => void;
  onAdd: (field: FormField) => void;
}

const OWN = 'own';

/** Chooses a standard field, or the name a question of one's own is kept under; both stay what they are from then on. */
export function AddField({ opened, onClose, onAdd }: AddFieldProps) {
  const { t, language } = useLanguage();
  const { definition, purposes } = useBuilder();
  const words = t.formBuilder;
  const taken = new Set(definition.fields.map((field) => field.key));
  const free = standardKeys.filter((key) => !taken.has(key));
  const { data: known } = useQuery(fieldsQuery);
  const described = (known ?? []).filter((field) => isAskable(field) && !taken.has(field.key));
  const [chosen, setChosen] = useState<string>();
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string>();
  const kind = chosen ?? free[0] ?? OWN;
  // Data that a purpose of this form says it needs and nobody is asked for yet.
  const wanted = [...new Set(purposes.flatMap((purpose) => purpose.dataCategories))].filter(
    (one) => !isStandard(one) && !taken.has(one) && isName(one) && !described.some((field) => field.key === one),
  );

  const close = () => {
    setChosen(undefined);
    setKey('');
    setProblem(undefined);
    onClose();
  };
  const add = () => {
    const name = kind === OWN ? key.trim() : kind;
    const wrong = !isName(name) ? words.keyWrong : taken.has(name) ? words.keyTaken : undefined;
    setProblem(wrong);
    if (wrong) return;
    onAdd(
      newField(
        name,
        known?.find((field) => field.key === name),
      ),
    );
    close();
  };

  return (
    <Modal opened={opened} onClose={close} title={words.addField}>
      <Form onSubmit={add} problem={problem}>
        <Stack>
          <NativeSelect
            label={words.fieldKind}
            value={kind}
            data={[
              ...free.map((value) => ({ value, label: wordFor(t.words.field, value) })),
              ...described.map((field) => ({ value: field.key, label: field.label[language] })),
              { value: OWN, label: words.custom },
            ]}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          {kind === OWN ? (
            <>
              <TextInput
                label={words.key}
                description={words.keyHint}
                value={key}
                error={problem}
                maxLength={60}
                list="wanted-fields"
                spellCheck={false}
                autoCapitalize="none"
                autoComplete="off"
                onChange={(event) => setKey(event.currentTarget.value)}
              />
              <datalist id="wanted-fields">
                {wanted.map((one) => (
                  <option key={one} value={one} />
                ))}
              </datalist>
            </>
          ) : null}
          <Button type="submit">{words.addField}</Button>
        </Stack>
      </Form>
    </Modal>
  );
}

function isName(key: string): boolean {
  return /^[a-z][a-z0-9_]{0,59}$/.test(key);
}
