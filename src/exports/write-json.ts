import type { PeopleColumn } from '#src/contacts/people-columns.ts';
import { type PeopleWriter, valueAt } from './people-writer.ts';

/** What a document says of itself before its people. */
export interface About {
  readonly exportedAt: string;
  readonly purpose: string | null;
  readonly channel: string | null;
  readonly recipient: string;
  readonly recipientKind: string;
  readonly statement: string;
}

/** One JSON document that says what it is for, or JSON lines, one person in each. Values are exact; what is not there is null. */
export function writeJson(columns: readonly PeopleColumn[], about: About | 'lines'): PeopleWriter {
  let isFirst = true;
  return {
    begin(out) {
      if (about === 'lines') return;
      const head = JSON.stringify({ format: 'saglasie-people', version: 1, ...about, people: [] });
      out.text(`${head.slice(0, -2)}\n`);
    },
    row(out, row) {
      const person: Record<string, string | null> = {};
      for (let at = 0; at < columns.length; at++) {
        const column = columns[at] as PeopleColumn;
        person[column.key] = valueAt(row, at, column) ?? null;
      }
      const line = JSON.stringify(person);
      out.text(about === 'lines' ? `${line}\n` : `${isFirst ? '' : ',\n'}${line}`);
      isFirst = false;
    },
    end(out) {
      if (about !== 'lines') out.text('\n]}\n');
    },
  };
}
