import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Keys } from '#platform/crypto/keys.ts';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { outsideCheckpointIn } from '#src/ledger/outside-checkpoint.ts';
import { verifyLedger } from '#src/ledger/verify-ledger.ts';
import { ask, newDataFolder, type Server, startServer } from '#test/support/server.ts';
import { keysOf, openForm, postForm } from '#test/support/server-forms.ts';
import { killAll, processesOf } from './postgres-process.ts';

const KILLS = 20;
const CLIENTS = 8;

/** What people were told is done. Nobody may be told so and then be forgotten. */
const told = { signedUp: new Set<string>(), confirmed: new Set<string>(), withdrawn: new Set<string>() };

let server: Server;
let keys: Keys;

beforeAll(async () => {
  server = await startServer({ dataFolder: newDataFolder() });
  keys = await keysOf(server);
});
afterAll(async () => server?.remove());

test(`what ${CLIENTS} people at once were told is done outlives ${KILLS} kills -9 at any moment`, async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    await useUntilKilled(kill);
    const { dataFolder, port } = server;
    server = await startServer({ dataFolder, port });
    expect(await forgotten(), `after kill ${kill + 1}`).toEqual([]);
    expect(await halves(), `after kill ${kill + 1}`).toEqual([]);
  }
  const outsideNote = await outsideCheckpointIn(server.dataFolder).read();
  const found = await verifyLedger({ appUrl: await server.databaseUrl(), keys, outsideNote });
  expect(found).toMatchObject({ holds: true, brokenEntries: 0, permissionDifferences: 0 });
  console.log(
    `${KILLS} kills: ${told.signedUp.size} sign-ups, ${told.confirmed.size} confirmations and ${told.withdrawn.size} withdrawals were acknowledged; ${found.entries} ledger entries hold`,
  );
  expect(told.signedUp.size).toBeGreaterThan(KILLS * CLIENTS);
  expect(told.confirmed.size).toBeGreaterThan(KILLS);
  expect(told.withdrawn.size).toBeGreaterThan(KILLS);
}, 300_000);

/** People sign up, confirm and withdraw, until after a random number of answers the machine "loses power". */
async function useUntilKilled(kill: number): Promise<void> {
  const { token } = await openForm(server, keys);
  const toConfirm = await ask<{ id: string; email: string }>(
    server,
    `select s.id, p.match_key as email from submission s join contact_point p using (contact_id) where s.status = 'pending' limit 200`,
  );
  const toWithdraw = await ask<{ contact: string; purpose: string; email: string }>(
    server,
    `select s.contact_id as contact, u.id as purpose, p.match_key as email
       from permission_state s join purpose u on u.id = s.purpose_id and u.slug = 'newsletter' join contact_point p using (contact_id)
      where s.register = 'consent' and s.kind = 'consent-given' limit 100`,
  );
  let answersToGo = randomInt(10, 120);
  let isDead = false;
  const answered = () => {
    answersToGo -= 1;
    if (answersToGo !== 0) return;
    isDead = true;
    // Not always in the same step of what is under way: somewhere within the next few commits.
    setTimeout(() => killSomehow(kill), randomInt(0, 12));
  };
  const client = async (next: (turn: number) => Promise<void> | undefined) => {
    try {
      for (let turn = 0; !isDead; turn++) {
        const act = next(turn);
        if (!act) return;
        await act;
        answered();
      }
    } catch (cause) {
      // The connection broke: this person was not told anything.
      if (!isDead) throw cause;
    }
  };

  const signUp = (name: string) => async () => {
    const email = `${name}@example.bg`;
    const response = await postForm(`${server.url}/f/newsletter`, {
      _form: token,
      email,
      consent: 'newsletter:email',
      given_name: 'Мария',
    });
    if (response.status === 303) told.signedUp.add(email);
  };
  const confirm = (one: (typeof toConfirm)[number]) => async () => {
    const link = createLinkToken(keys, { kind: 'confirm', ids: [one.id] });
    const response = await postForm(`${server.url}/confirm/${link}`, { answer: 'confirm' });
    if (response.status === 303 && response.headers.get('location')?.includes('done=confirmed')) told.confirmed.add(one.email);
  };
  const withdraw = (one: (typeof toWithdraw)[number]) => async () => {
    const link = createLinkToken(keys, { kind: 'unsubscribe', ids: [one.contact, one.purpose] });
    const response = await postForm(`${server.url}/u/${link}`, { 'List-Unsubscribe': 'One-Click' });
    if (response.status === 200) told.withdrawn.add(one.email);
  };

  const died = new Promise<void>((resolve) => server.process.once('exit', () => resolve()));
  await Promise.all([
    ...Array.from({ length: CLIENTS }, (_, at) => client((turn) => signUp(`kill${kill}-client${at}-${turn}`)())),
    client(() => takeOne(toConfirm, confirm)),
    client(() => takeOne(toWithdraw, withdraw)),
    died,
  ]);
}

function takeOne<T>(list: T[], act: (one: T) => () => Promise<void>): Promise<void> | undefined {
  const one = list.pop();
  return one && act(one)();
}

/** The program alone, its PostgreSQL first, or everything in one moment. */
function killSomehow(kill: number): void {
  if (kill % 3 === 1) killPostmaster();
  if (kill % 3 === 2) killAll(server.dataFolder);
  server.process.kill('SIGKILL');
}

function killPostmaster(): void {
  for (const { pid, command } of processesOf(server.dataFolder)) {
    if (/bin\/postgres -D/.test(command) && !command.includes('sh -c')) process.kill(pid, 'SIGKILL');
  }
}

/** Acknowledged, and not there as acknowledged. */
async function forgotten(): Promise<string[]> {
  const rows = await ask<{ email: string; missing: string }>(
    server,
    `with signed_up as (select unnest($1::text[]) as email), confirmed as (select unnest($2::text[]) as email), withdrawn as (select unnest($3::text[]) as email),
       person as (select p.match_key as email, c.id, c.state, p.verified_at from contact_point p join contact c on c.id = p.contact_id)
     select a.email, 'sign-up' as missing from signed_up a left join person using (email)
      where person.id is null
         or not exists (select from submission s where s.contact_id = person.id)
         or not exists (select from delivery d where d.contact_id = person.id and d.template = 'confirm-consent')
         or (select count(*) from ledger_entry l where l.contact_id = person.id and l.kind in ('basis-asserted', 'consent-requested')) < 2
     union all
     select a.email, 'confirmation' from confirmed a left join person using (email)
      where person.state is distinct from 'active' or person.verified_at is null
         or not exists (select from submission s where s.contact_id = person.id and s.status = 'confirmed')
         or not exists (select from ledger_entry l where l.contact_id = person.id and l.kind = 'consent-given' and l.notice_hash is not null)
     union all
     select a.email, 'withdrawal' from withdrawn a left join person using (email)
      where not exists (select from ledger_entry l where l.contact_id = person.id and l.kind = 'consent-withdrawn')
         or exists (select from purpose u, may_process(person.id, u.id, 'email') g where u.slug = 'newsletter' and g.allowed)`,
    [[...told.signedUp], [...told.confirmed], [...told.withdrawn]],
  );
  return rows.map(({ email, missing }) => `${missing} of ${email}`);
}

/** People of whom only a part was kept. */
async function halves(): Promise<string[]> {
  const rows = await ask<{ id: string }>(
    server,
    `select c.id from contact c
      where not exists (select from contact_point p where p.contact_id = c.id)
         or not exists (select from ledger_salt s where s.contact_id = c.id)
         or not exists (select from submission s where s.contact_id = c.id)
         or not exists (select from delivery d where d.contact_id = c.id)
         or (select count(*) from ledger_entry l where l.contact_id = c.id and l.kind in ('basis-asserted', 'consent-requested')) <> 2
         or (c.state = 'active') <> exists (select from ledger_entry l where l.contact_id = c.id and l.kind = 'consent-given')`,
  );
  return rows.map(({ id }) => id);
}
