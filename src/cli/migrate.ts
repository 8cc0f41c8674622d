import { listMigrations } from '#platform/database/migrate.ts';
import type { Command } from './command.ts';
import { withServices } from './with-services.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Bring the database to the schema of this version; the start does it too.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  run: (values, terminal) =>
    withServices(terminal, async ({ services: { db } }) => {
      const applied = await db.selectFrom('migration').select('name').orderBy('name').execute();
      const shipped = await listMigrations();
      if (values.json) terminal.data(`${JSON.stringify({ applied: applied.map((row) => row.name) })}\n`);
      else terminal.talk(`The database has all ${shipped.length} migrations of this version.`);
      return 0;
    }),
};
