import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../languages/language-provider.tsx';
import { IconPlus } from '../../ui/icons.tsx';
import { Section } from '../../ui/section.tsx';
import { AddField } from './add-field.tsx';
import { useBuilder } from './builder-context.ts';
import { keysOf, MOST_FIELDS } from './definition.ts';
import { FieldCard } from './field-card.tsx';
import { ElementFindings } from './finding-notes.tsx';

export function FieldsPart() {
  const t = useTexts();
  const { definition, edit } = useBuilder();
  const [isAdding, setAdding] = useState(false);
  const words = t.formBuilder;
  const keys = keysOf(definition.fields, (field) => field.key);

  return (
    <div data-place="fields">
      <Section title={words.fields} lead={words.fieldsLead}>
        <ElementFindings places={['fields']} />
        {definition.fields.map((field, at) => (
          <FieldCard key={keys[at]} field={field} at={at} />
        ))}
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            disabled={definition.fields.length >= MOST_FIELDS}
            onClick={() => setAdding(true)}
          >
            {words.addField}
          </Button>
        </Group>
        {definition.fields.length >= MOST_FIELDS ? <Text size="sm">{words.noMoreFields}</Text> : null}
      </Section>
      <AddField
        opened={isAdding}
        onClose={() => setAdding(false)}
        onAdd={(field) => edit((form) => ({ ...form, fields: [...form.fields, field] }))}
      />
    </div>
  );
}
