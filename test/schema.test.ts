import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { tablesOfFacts } from '#src/open-services.ts';
import { useDatabase } from '#test/support/database.ts';
import { describeSchema } from '#test/support/dump-schema-of.ts';

const database = useDatabase();

test('schema.sql is what the migrations make', async () => {
  const committed = await readFile(new URL('../schema.sql', import.meta.url), 'utf8');
  expect(committed, 'A migration changed the schema: run "npm run schema:dump" and review the difference.').toBe(
    await describeSchema(database.ownerUrl),
  );
});

test('every table of facts is guarded by both of its triggers', async () => {
  const schema = await describeSchema(database.ownerUrl);
  const guarded = (event: string) =>
    [
      ...schema.matchAll(
        new RegExp(`BEFORE ${event}[^\n]* ON (\\w+) FOR EACH (?:ROW|STATEMENT) EXECUTE FUNCTION refuse_change`, 'g'),
      ),
    ].map(([, table]) => table);
  for (const table of tablesOfFacts) {
    expect(guarded('(?:DELETE OR UPDATE|UPDATE OR DELETE)')).toContain(table);
    expect(guarded('TRUNCATE')).toContain(table);
  }
});
