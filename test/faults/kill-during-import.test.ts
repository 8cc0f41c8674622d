import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { findJob } from '#platform/jobs/start-job.ts';
import { commitBy, requestCommit } from '#src/imports/commit-import.ts';
import { getImport } from '#src/imports/find-import.ts';
import type { Import } from '#src/imports/import.ts';
import { aFile, importServices } from '#test/support/bring-in.ts';
import { aContact, aNewsletter, type Store, useStore } from '#test/support/factories.ts';

const killed = useStore();
const whole = useStore();
const ROWS = 4000;
const KILLS = 20;
const MASTER = createHash('sha256').update('keys of the tests').digest('hex');

/** Everybody there is: proven, unproven, twice, unusable, unsubscribed, and known before. */
function anExport(): string {
  const lines = ['Email Address,First Name,Last Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,MEMBER_RATING,LEID,EUID,Status'];
  for (let row = 0; row < ROWS; row++) {
    const person = row % 10 === 9 ? row - 905 : row;
    const email = row % 31 === 0 ? 'no address' : `person${Math.max(person, 0)}@example.net`;
    const proof = row % 3 === 0 ? ',,,' : '2024-01-02 03:04:05,192.0.2.7,2024-01-02 03:05:05,192.0.2.7';
    lines.push(`${email},Име${row % 7},Фамилия${person},${proof},2,${row},x,${row % 13 === 0 ? 'unsubscribed' : 'subscribed'}`);
  }
  return lines.join('\n');
}

async function start(store: Store): Promise<{ services: ReturnType<typeof importServices>; one: Import; jobId: string }> {
  const services = importServices(store);
  await store.write(async (tx) => {
    await aNewsletter(tx, { slug: 'the-newsletter' });
    for (const place of [5, 105, 1005]) await aContact(tx, { email: `person${place}@example.net`, givenName: 'Преди' });
  });
  const one = await aFile(services, anExport(), {
    purpose: 'the-newsletter',
    legalBasis: 'consent',
    updateStatuses: true,
    mapping: [
      { column: 'Email Address', target: { to: 'email' } },
      { column: 'First Name', target: { to: 'field', field: 'given_name' } },
      { column: 'Last Name', target: { to: 'field', field: 'family_name' } },
      { column: 'OPTIN_TIME', target: { to: 'evidence', of: 'optin-time' } },
      { column: 'OPTIN_IP', target: { to: 'evidence', of: 'optin-ip' } },
      {
        column: 'Status',
        target: {
          to: 'status',
          channel: 'email',
          yes: 'subscribed',
          no: 'unsubscribed',
          values: [
            { value: 'subscribed', status: 'subscribed' },
            { value: 'unsubscribed', status: 'unsubscribed' },
          ],
        },
      },
    ],
  });
  const jobId = await inTransaction(services.db, (tx) => requestCommit(tx, one.id, { kind: 'command' }));
  return { services, one, jobId };
}

/** All that came of it, without ids and times. */
async function outcomeOf(store: Store, one: Import): Promise<unknown> {
  const { rows: people } = await store.owner(`
    select c.primary_email, c.state, c.language, c.country, c.search_text,
      (select jsonb_object_agg(key, body->'value') from jsonb_each(c.facts) f(key, body)) as facts,
      (select jsonb_agg(jsonb_build_array(p.kind, p.match_key, p.is_primary) order by p.match_key) from contact_point p where p.contact_id = c.id) as points,
      (select jsonb_agg(jsonb_build_array(s.channel, s.register, s.kind) order by s.channel, s.register) from permission_state s where s.contact_id = c.id) as states,
      (select jsonb_agg(jsonb_build_array(e.kind, e.channel, e.method, e.evidence - 'import') order by e.kind, e.channel, e.evidence->>'row') from ledger_entry e where e.contact_id = c.id) as entries,
      (select jsonb_agg(jsonb_build_array(h.field, h.old_value, h.new_value) order by h.id) from contact_change h where h.contact_id = c.id) as changes
      from contact c order by c.primary_email`);
  const { rows } = await store.owner(
    `select r.row, r.line, r.outcome, r.codes, r.cells, c.primary_email, r.undo is null as nothing_to_undo
       from import_row r left join contact c on c.id = r.contact_id where import_id = $1 order by row`,
    [one.id],
  );
  const { rows: suppressed } = await store.owner(
    `select encode(match_hash, 'hex') as hash, reason from suppression order by 1, 2`,
  );
  return { people, rows, suppressed, counts: (await getImport(store.db, one.id)).counts };
}

test(`an import that is killed ${KILLS} times comes to the same as one that never was`, { timeout: 600_000 }, async () => {
  const twin = await start(whole);
  await runOneJob(twin.services, [commitBy(100)], { id: twin.jobId });

  const { services, one, jobId } = await start(killed);
  let kills = 0;
  let hurt = 0;
  while ((await getImport(killed.db, one.id)).state === 'committing') {
    const job = await findJob(killed.db, jobId);
    expect(job?.state, job?.problem).not.toBe('failed');
    const before = job?.done ?? 0;
    const worker = spawn(
      process.execPath,
      [join(import.meta.dirname, 'import-process.ts'), killed.urls.appUrl, services.config.dataFolder, MASTER, jobId],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(worker.stdout, 'data');
    if (kills < KILLS) {
      await killInTheMiddle(worker, async () => ((await findJob(killed.db, jobId))?.done ?? 0) > before);
      kills += 1;
      if (((await findJob(killed.db, jobId))?.done ?? 0) > before) hurt += 1;
      // Nobody waits half a minute here for the dead worker to be missed.
      await killed.owner(`update job set beat_at = beat_at - interval '1 hour' where id = $1 and state = 'running'`, [jobId]);
    } else {
      await once(worker, 'exit');
    }
  }
  expect(kills).toBe(KILLS);
  // Most of them had taken something before they died.
  expect(hurt).toBeGreaterThan(KILLS / 2);
  expect(await outcomeOf(killed, await getImport(killed.db, one.id))).toEqual(
    await outcomeOf(whole, await getImport(whole.db, twin.one.id)),
  );
  expect((await getImport(killed.db, one.id)).counts).toMatchObject({ rows: ROWS });
  expect(await killed.verify()).toMatchObject({ holds: true });
});

/** Lets it take a chunk, and a random while more. */
async function killInTheMiddle(worker: ChildProcess, hasBegun: () => Promise<boolean>): Promise<void> {
  const exited = once(worker, 'exit');
  for (let look = 0; look < 200 && worker.exitCode === null && !(await hasBegun()); look++) await sleep(5);
  await sleep(Math.random() * 60);
  worker.kill('SIGKILL');
  await exited;
}
