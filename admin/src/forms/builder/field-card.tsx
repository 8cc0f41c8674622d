import { Checkbox, NativeSelect, Text } from '@mantine/core';
import type { CustomType, FormField } from '../../api/form-types.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { wordFor } from '../../languages/shape.ts';
import { Mark } from '../../ui/mark.tsx';
import { useBuilder } from './builder-context.ts';
import { isStandard, moveItem, noTexts, replaceItem } from './definition.ts';
import { FieldOptions } from './field-options.tsx';
import { ElementFindings } from './finding-notes.tsx';
import { MovableCard } from './movable-card.tsx';
import { PlacedTexts } from './placed-texts.tsx';

export function FieldCard({ field, at }: { field: FormField; at: number }) {
  const t = useTexts();
  const { definition, edit } = useBuilder();
  const words = t.formBuilder;
  const place = `fields.${at}`;
  const isOwn = !isStandard(field.key);
  const change = (changed: Partial<FormField>) => edit((form) => ({ ...form, fields: replaceItem(form.fields, at, changed) }));

  return (
    <MovableCard
      name={isOwn ? words.ownField(field.key) : wordFor(t.words.field, field.key)}
      place={place}
      position={at}
      count={definition.fields.length}
      onMove={(to) => edit((form) => ({ ...form, fields: moveItem(form.fields, at, to) }))}
      onRemove={() => edit((form) => ({ ...form, fields: form.fields.filter((_, position) => position !== at) }))}
      onUndo={() => edit((form) => ({ ...form, fields: form.fields.toSpliced(at, 0, field) }))}
      marks={field.required ? <Mark tone="plain">{words.required}</Mark> : null}
    >
      <ElementFindings places={[place, `${place}.key`, `${place}.required`, `${place}.sensitive`]} />
      <PlacedTexts
        label={words.label}
        place={`${place}.label`}
        maxLength={80}
        value={field.label}
        onChange={(label) => change({ label })}
      />
      <PlacedTexts
        label={words.reason}
        place={`${place}.reason`}
        long
        maxLength={300}
        value={field.reason}
        onChange={(reason) => change({ reason })}
      />
      {isOwn ? <OwnAnswer field={field} place={place} change={change} /> : null}
      {field.key === 'email' && field.required ? (
        <Text size="sm">{words.requiredEmail}</Text>
      ) : (
        <Checkbox
          label={words.required}
          checked={field.required}
          onChange={(event) => change({ required: event.currentTarget.checked })}
        />
      )}
      {isOwn ? (
        <Checkbox
          label={words.sensitive}
          checked={field.sensitive ?? false}
          onChange={(event) => change({ sensitive: event.currentTarget.checked || undefined })}
        />
      ) : null}
    </MovableCard>
  );
}

interface OwnAnswerProps {
  field: FormField;
  place: string;
  change: (changed: Partial<FormField>) => void;
}

/** How a question of the authors' own is answered. */
function OwnAnswer({ field, place, change }: OwnAnswerProps) {
  const t = useTexts();
  const words = t.formBuilder;
  const choose = (type: CustomType) => {
    const options = [1, 2].map((number) => ({ value: `answer-${number}`, label: noTexts }));
    change({ type, options: type === 'choice' ? (field.options ?? options) : undefined });
  };

  return (
    <>
      <div data-place={`${place}.type`}>
        <NativeSelect
          label={words.type}
          value={field.type ?? 'text'}
          data={Object.entries(words.types).map(([value, label]) => ({ value, label }))}
          onChange={(event) => choose(event.currentTarget.value as CustomType)}
        />
        <ElementFindings places={[`${place}.type`]} />
      </div>
      {field.type === 'choice' ? (
        <FieldOptions place={`${place}.options`} options={field.options ?? []} onChange={(options) => change({ options })} />
      ) : null}
    </>
  );
}
