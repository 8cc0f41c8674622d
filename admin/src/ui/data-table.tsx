import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './data-table.module.css';

interface DataTableProps {
  /** Read by screen readers; the page's heading says it to everyone else. */
  caption: string;
  columns: string[];
  isRefreshing?: boolean;
  children: ReactNode;
}

/** A table in a card; on a phone its rows become cards, each value under its column's name (data-label). */
export function DataTable({ caption, columns, isRefreshing = false, children }: DataTableProps) {
  return (
    <div className={`card ${styles.frame}`} aria-busy={isRefreshing} data-refreshing={isRefreshing}>
      <Table className={styles.table} highlightOnHover verticalSpacing="sm" horizontalSpacing="md">
        <Table.Caption className={styles.hidden}>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}
