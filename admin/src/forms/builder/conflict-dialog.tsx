import { Button, Group, Modal, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { FormDraft } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { wordFor } from '../../languages/shape.ts';
import styles from './builder.module.css';
import { useBuilder } from './builder-context.ts';
import { differencesOf } from './definition.ts';
import type { DraftSaver, SavedDraft } from './draft-saver.ts';
import { usePlaceNameOf } from './place-name.ts';

interface ConflictDialogProps {
  saver: DraftSaver;
  draft: SavedDraft;
  theirs: FormDraft;
}

/** Two wordings of one draft side by side. It cannot be closed without a choice, and neither choice loses the other. */
export function ConflictDialog({ saver, draft, theirs }: ConflictDialogProps) {
  const { t } = useLanguage();
  const [isSettling, setSettling] = useState(false);
  const words = t.formBuilder;
  const settle = async (choice: 'mine' | 'theirs') => {
    setSettling(true);
    await saver.settle(choice);
    setSettling(false);
  };

  return (
    <Modal
      opened
      size="xl"
      title={words.conflictTitle}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text>{words.conflictLead(theirs.updatedBy?.name ?? words.somebody)}</Text>
        <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': words.conflictTitle }}>
          <Differences mine={draft} theirs={theirs} />
        </ScrollArea.Autosize>
        <Group>
          <Button loading={isSettling} onClick={() => void settle('mine')}>
            {words.keepMine}
          </Button>
          <Button variant="default" loading={isSettling} onClick={() => void settle('theirs')}>
            {words.takeTheirs}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Differences({ mine, theirs }: { mine: SavedDraft; theirs: FormDraft }) {
  const { t, language } = useLanguage();
  const { purposes } = useBuilder();
  const nameOf = usePlaceNameOf();
  const words = t.formBuilder;
  // Settings are stored as codes; people read words.
  const readable = (place: string, value: string | undefined) => {
    if (value === undefined) return words.nothing;
    if (/\.(required|sensitive)$/.test(place)) return value === 'true' ? t.common.yes : t.common.no;
    if (place.endsWith('.type')) return wordFor(words.types, value);
    if (place.endsWith('.channel')) return wordFor(t.words.channel, value);
    if (place.endsWith('.purpose')) return purposes.find(({ id }) => id === value)?.name[language] ?? value;

    return value;
  };

  return (
    <Table className={styles.differences}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{words.place}</Table.Th>
          <Table.Th scope="col">{words.mine}</Table.Th>
          <Table.Th scope="col">{words.theirs}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differencesOf(mine.definition, theirs.definition).map((one) => {
          const spoken = one.place.endsWith('.bg') ? 'bg' : one.place.endsWith('.en') ? 'en' : undefined;
          const named = nameOf(one.place, one.mine === undefined ? theirs.definition : mine.definition);

          return (
            <Table.Tr key={one.place}>
              <Table.Th scope="row">
                {named}
                {spoken ? ` ${t.formVersions.inLanguage[spoken]}` : ''}
              </Table.Th>
              <Table.Td lang={spoken}>{readable(one.place, one.mine)}</Table.Td>
              <Table.Td lang={spoken}>{readable(one.place, one.theirs)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
