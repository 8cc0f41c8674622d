import { startEmbeddedPostgres } from '#platform/postgres/start-embedded-postgres.ts';

/*
 * A process of its own that starts the embedded PostgreSQL, says so in one line of JSON and keeps it until SIGTERM.
 * Ended any other way it is what the fault tests are about.
 */
const [dataFolder = '', purpose] = process.argv.slice(2);

try {
  const postgres = await startEmbeddedPostgres({
    dataFolder,
    purpose: purpose === 'command' ? 'command' : 'server',
    log: (event, facts) => console.error(event, facts ?? ''),
  });
  const held = setInterval(() => {}, 60_000);
  process.once('SIGTERM', async () => {
    await postgres.stop();
    clearInterval(held);
  });
  console.log(JSON.stringify({ url: postgres.url, owned: postgres.owned }));
} catch (error) {
  console.log(JSON.stringify({ refused: error instanceof Error && 'code' in error ? error.code : String(error) }));
}
