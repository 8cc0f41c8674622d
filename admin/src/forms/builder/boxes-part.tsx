import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormBox } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { IconPlus } from '../../ui/icons.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Section } from '../../ui/section.tsx';
import { AddBox } from './add-box.tsx';
import { useBuilder } from './builder-context.ts';
import { freeBoxes, keysOf, moveItem, replaceItem } from './definition.ts';
import { ElementFindings } from './finding-notes.tsx';
import { MovableCard } from './movable-card.tsx';
import { PlacedTexts } from './placed-texts.tsx';

/** Boxes people may tick. That one is ticked beforehand or must be ticked cannot be said, here or anywhere else. */
export function BoxesPart() {
  const { t } = useLanguage();
  const { definition, edit, purposes } = useBuilder();
  const [isAdding, setAdding] = useState(false);
  const words = t.formBuilder;
  const free = freeBoxes(purposes, definition.boxes);
  const keys = keysOf(definition.boxes, (box) => `${box.purpose} ${box.channel}`);

  return (
    <div data-place="boxes">
      <Section title={words.boxes} lead={words.boxesLead}>
        <ElementFindings places={['boxes']} />
        {definition.boxes.length === 0 ? <Text size="sm">{words.noBoxes}</Text> : null}
        {definition.boxes.map((box, at) => (
          <BoxCard key={keys[at]} box={box} at={at} />
        ))}
        {free.length === 0 ? <Text size="sm">{words.noPurposesLeft}</Text> : null}
        <Group>
          {free.length === 0 ? (
            <Button component={Link} to="/purposes/new" variant="default">
              {words.addPurpose}
            </Button>
          ) : (
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
              {words.addBox}
            </Button>
          )}
        </Group>
      </Section>
      <AddBox
        opened={isAdding}
        onClose={() => setAdding(false)}
        free={free}
        onAdd={(box) => edit((form) => ({ ...form, boxes: [...form.boxes, box] }))}
      />
    </div>
  );
}

function BoxCard({ box, at }: { box: FormBox; at: number }) {
  const { t, language } = useLanguage();
  const { definition, edit, purposes } = useBuilder();
  const words = t.formBuilder;
  const place = `boxes.${at}`;
  const purpose = purposes.find(({ id }) => id === box.purpose);
  const change = (changed: Partial<FormBox>) => edit((form) => ({ ...form, boxes: replaceItem(form.boxes, at, changed) }));

  return (
    <MovableCard
      name={`${purpose?.name[language] ?? '…'} – ${t.words.channel[box.channel]}`}
      place={place}
      position={at}
      count={definition.boxes.length}
      onMove={(to) => edit((form) => ({ ...form, boxes: moveItem(form.boxes, at, to) }))}
      onRemove={() => edit((form) => ({ ...form, boxes: form.boxes.filter((_, position) => position !== at) }))}
      onUndo={() => edit((form) => ({ ...form, boxes: form.boxes.toSpliced(at, 0, box) }))}
      marks={
        <>
          {purpose?.isMeasurement ? <Mark tone="plain">{words.isMeasurement}</Mark> : null}
          {purpose?.isExplicit ? <Mark tone="plain">{words.isExplicit}</Mark> : null}
          {purpose?.needsAge ? <Mark tone="plain">{words.needsAge}</Mark> : null}
        </>
      }
    >
      <ElementFindings places={[place, `${place}.purpose`, `${place}.channel`]} />
      <PlacedTexts
        label={words.boxLabel}
        place={`${place}.label`}
        long
        maxLength={400}
        value={box.label}
        onChange={(label) => change({ label })}
      />
      <PlacedTexts
        label={words.hint}
        place={`${place}.hint`}
        long
        maxLength={400}
        value={box.hint}
        onChange={(hint) => change({ hint })}
      />
    </MovableCard>
  );
}
