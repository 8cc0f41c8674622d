import { Button, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import type { Merge } from './queries.ts';
import { UndoDialog } from './undo-dialog.tsx';

/** What was united lately, each with the way back while there is one. */
export function MergesTable({ rows }: { rows: Merge[] }) {
  const { t, format } = useLanguage();
  const words = t.duplicates.merges;
  const may = useMay();
  const [undoing, setUndoing] = useState<Merge>();
  const unnamed = t.people.noName;

  return (
    <>
      <DataTable caption={words.caption} columns={[words.survivor, words.absorbed, words.when, words.state]}>
        {rows.map((merge) => (
          <Table.Tr key={merge.id}>
            <Table.Th scope="row">
              <Link to="/people/$id" params={{ id: merge.survivor.id }}>
                {merge.survivor.name || unnamed}
              </Link>
            </Table.Th>
            <Table.Td data-label={words.absorbed}>
              <Link to="/people/$id" params={{ id: merge.absorbed.id }}>
                {merge.absorbed.name || unnamed}
              </Link>
            </Table.Td>
            <Table.Td data-label={words.when}>{format.shortDate(merge.mergedAt)}</Table.Td>
            <Table.Td data-label={words.state}>
              {merge.undoneAt ? words.undone : null}
              {!merge.undoneAt && !merge.isUndoable ? words.final : null}
              {merge.isUndoable ? (
                <>
                  {words.undoUntil} {format.shortDate(merge.undoUntil)}{' '}
                  {may('contacts.merge') ? (
                    <Button
                      size="xs"
                      variant="default"
                      onClick={() => setUndoing(merge)}
                      aria-label={words.undoOf(merge.absorbed.name || unnamed, merge.survivor.name || unnamed)}
                    >
                      {words.undo}
                    </Button>
                  ) : null}
                </>
              ) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <UndoDialog merge={undoing} onClose={() => setUndoing(undefined)} />
    </>
  );
}
