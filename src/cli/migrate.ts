import { listMigrations } from '#platform/database/migrate.ts';
import type { Run } from './command.ts';
import { withServices } from './with-services.ts';

/** Opening the services brings the schema up to date; this says so. */
export const migrate: Run = (values, terminal) =>
  withServices(terminal, async ({ services: { db } }) => {
    const applied = await db.selectFrom('migration').select('name').orderBy('name').execute();
    const shipped = await listMigrations();
    if (values.json) terminal.data(`${JSON.stringify({ applied: applied.map((row) => row.name) })}\n`);
    else terminal.talk(`The database has all ${shipped.length} migrations of this version.`);
    return 0;
  });
