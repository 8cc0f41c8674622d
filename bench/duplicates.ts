import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connect, inTransaction, SESSION_OPTIONS } from '#platform/database/connect.ts';
import { findJob, startJob } from '#platform/jobs/start-job.ts';
import { FIND_DUPLICATES } from '#src/duplicates/find-duplicates.ts';
import { romanize } from '#src/duplicates/fold-name.ts';
import type { Figure } from './report.ts';
import type { Workspace } from './workspace.ts';

const CEILING_SECONDS = 300;
const CHANGED = 1000;

/** The search for duplicates by the server's own worker: among everybody, and among a thousand who changed since. */
export async function benchDuplicates(workspace: Workspace): Promise<Figure[]> {
  const client = new pg.Client({ connectionString: workspace.ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  const app = connect(workspace.appUrl, { max: 2 });
  const search = async () => {
    const from = performance.now();
    const id = await inTransaction(app.db, (tx) => startJob(tx, { kind: FIND_DUPLICATES, requestedBy: { kind: 'system' } }));
    for (;;) {
      const job = await findJob(app.db, id);
      if (job?.state === 'failed') throw new Error('the search failed');
      if (job?.finishedAt) return { seconds: (performance.now() - from) / 1000, counts: job.counts };
      await sleep(200);
    }
  };
  try {
    const planted = await plantDuplicates(client, Math.round(workspace.contacts / 100));
    await client.query('truncate contact_match, duplicate_candidate');
    const everybody = await search();
    const { rows } = await client.query<{ found: string; size: string }>(`
      select (select count(*) from duplicate_suggestion where reasons @> '{same-phone,name-in-other-letters}') as found,
             pg_size_pretty(pg_total_relation_size('contact_match') + pg_total_relation_size('duplicate_suggestion')) as size`);
    await client.query(`delete from contact_match where contact_id in (select contact_id from contact_match limit ${CHANGED})`);
    const changed = await search();
    const common = { bench: 'duplicates', contacts: workspace.contacts, unit: 's' } as const;
    return [
      {
        ...common,
        what: 'everybody',
        value: everybody.seconds,
        more: `${everybody.counts.suggested ?? 0} suggested, ${rows[0]?.found} of ${planted} planted; ${rows[0]?.size}`,
        floor: { text: `≤ ${CEILING_SECONDS} s`, reached: everybody.seconds <= CEILING_SECONDS },
      },
      { ...common, what: `${CHANGED} changed`, value: changed.seconds },
    ];
  } finally {
    await app.close();
    await client.end();
  }
}

/** Gives one of a pair the other's telephone and name, in Latin letters. */
async function plantDuplicates(client: pg.Client, pairs: number): Promise<number> {
  const { rows } = await client.query<{ id: string; given: string; family: string; phone: string }>(
    `select c.id, c.given_name as given, c.family_name as family, p.match_key as phone
       from contact c join contact_point p on p.contact_id = c.id and p.kind = 'phone'
      where c.given_name ~ '^[А-Я]' and c.family_name is not null and c.state = 'active' order by c.id limit $1`,
    [pairs * 2],
  );
  const half = Math.floor(rows.length / 2);
  const ones = rows.slice(0, half);
  const others = rows.slice(half, half * 2);
  await client.query(
    `update contact c set facts = jsonb_set(jsonb_set(c.facts, '{given_name,value}', to_jsonb(n.given)), '{family_name,value}', to_jsonb(n.family))
       from unnest($1::uuid[], $2::text[], $3::text[]) as n(id, given, family) where c.id = n.id`,
    [others.map(({ id }) => id), ones.map(({ given }) => romanize(given)), ones.map(({ family }) => romanize(family))],
  );
  await client.query(
    `update contact_point p set match_key = n.phone, normalised = n.phone from unnest($1::uuid[], $2::text[]) as n(id, phone)
      where p.contact_id = n.id and p.kind = 'phone'`,
    [others.map(({ id }) => id), ones.map(({ phone }) => phone)],
  );
  return half;
}
