import { Kbd, Modal, Stack, Switch, Table, Text } from '@mantine/core';
import { Fragment, useState } from 'react';
import { useTexts } from '../languages/language-provider.tsx';
import { singleKeysAreOn, switchSingleKeys } from '../ui/shortcuts.ts';
import styles from './shell.module.css';

export function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useTexts();
  const [isOn, setOn] = useState(singleKeysAreOn);
  const words = t.shell.help;
  const rows: [string[], string][] = [
    [['Ctrl K', '⌘ K'], words.command],
    [['/'], words.search],
    [['g h', 'g p', 'g m', 'g f', 'g v', 'g a', 'g s'], words.go],
    [['j', 'k'], words.next],
    [['Enter'], words.open],
    [['[', ']'], words.neighbour],
    [['?'], words.help],
  ];

  return (
    <Modal opened={opened} onClose={onClose} title={words.title}>
      <Stack gap="md">
        <Text size="sm">{words.lead}</Text>
        <Table captionSide="top">
          <Table.Tbody>
            {rows.map(([keys, meaning]) => (
              <Table.Tr key={meaning}>
                <Table.Th scope="row" fw={400} w="45%">
                  <span className={styles.keys}>
                    {keys.map((key, position) => (
                      <Fragment key={key}>
                        {position > 0 ? <span aria-hidden="true">·</span> : null}
                        <Kbd>{key}</Kbd>
                      </Fragment>
                    ))}
                  </span>
                </Table.Th>
                <Table.Td>{meaning}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch
          label={words.on}
          checked={isOn}
          onChange={(event) => {
            switchSingleKeys(event.currentTarget.checked);
            setOn(event.currentTarget.checked);
          }}
        />
      </Stack>
    </Modal>
  );
}
