import { beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, ORIGIN, PASSWORD, useStaffApp } from '#test/support/staff-app.ts';
import { hashPassword, isPasswordOf } from './password.ts';

const app = useStaffApp();
const EMAIL = 'first@example.bg';

const signIn = (email: string, password: string, headers: Record<string, string> = {}) =>
  app.request('POST', '/auth/sign-in/email', { json: { email, password }, headers });
const isSignedIn = async (cookie: string) => (await app.request('GET', '/api/v1/me', { cookie })).status === 200;
const forgiveAll = () => app.owner.query('delete from staff_sign_in_attempt');

describe('signing in', () => {
  it('gives a cookie no script and no other site can use', async () => {
    const answer = await signIn(EMAIL, PASSWORD);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^saglasie\.session=[^;]+; Max-Age=1800; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await answer.json()).toEqual({ signedIn: true });
    expect(await isSignedIn(cookieOf(answer))).toBe(true);
  });

  it('answers a wrong password, a stranger and a disabled member alike', async () => {
    await app.signIn('marketer');
    await app.owner.query("update staff_member set disabled_at = now() where email = 'marketer@example.bg'");
    const answers = await Promise.all(
      [
        [EMAIL, 'not the password'],
        ['stranger@example.bg', PASSWORD],
        ['marketer@example.bg', PASSWORD],
      ].map(async ([email = '', password = '']) => {
        const answer = await signIn(email, password);
        const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>;
        const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id');
        return JSON.stringify([answer.status, headers, body]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^\[401,/);
  });

  it('does the same work for an address nobody has', async () => {
    await forgiveAll();
    const times: Record<string, number[]> = { known: [], unknown: [] };
    for (let round = 0; round < 8; round += 1) {
      for (const [kind, email] of [
        ['known', EMAIL],
        ['unknown', `nobody${round}@example.bg`],
      ] as const) {
        const started = performance.now();
        await signIn(email, 'not the password');
        times[kind]?.push(performance.now() - started);
      }
    }
    const median = (of: number[] = []) => of.sort((one, other) => one - other)[Math.floor(of.length / 2)] ?? 0;
    // The hash alone takes tens of milliseconds: left out for strangers it would show.
    expect(median(times.unknown)).toBeGreaterThan(median(times.known) / 2);
    expect(median(times.known)).toBeGreaterThan(median(times.unknown) / 2);
  });

  it('is refused from another site, before anything is counted', async () => {
    await forgiveAll();
    const foreign = [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': '', origin: 'https://evil.example' },
      { 'sec-fetch-site': '' },
    ];
    for (const headers of foreign) expect((await signIn(EMAIL, PASSWORD, headers as Record<string, string>)).status).toBe(403);
    expect((await signIn(EMAIL, PASSWORD, { 'sec-fetch-site': '', origin: ORIGIN })).status).toBe(200);
    expect((await app.owner.query('select from staff_sign_in_attempt where used > 1')).rowCount).toBe(0);
  });

  it('is limited per address, known or not, and the count survives in the database', async () => {
    for (const email of [EMAIL, 'stranger@example.bg']) {
      await forgiveAll();
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 11; attempt += 1) statuses.push((await signIn(email, 'not the password')).status);
      expect(statuses).toEqual([...Array(10).fill(401), 429]);
      const limited = await signIn(email, PASSWORD);
      expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
    }
    const { rows } = await app.owner.query<{ persistence: string }>(
      "select relpersistence as persistence from pg_class where relname = 'staff_sign_in_attempt'",
    );
    expect(rows[0]?.persistence).toBe('p');
    await forgiveAll();
  });
});

describe('a session', () => {
  it('planted before signing in is worth nothing after it, and each sign-in makes a new one', async () => {
    const planted = 'saglasie.session=planted.value';
    const first = await app.request('POST', '/auth/sign-in/email', {
      json: { email: EMAIL, password: PASSWORD },
      cookie: planted,
    });
    expect(cookieOf(first)).not.toContain('planted');
    expect(await isSignedIn(planted)).toBe(false);

    const second = await app.request('POST', '/auth/sign-in/email', {
      json: { email: EMAIL, password: PASSWORD },
      cookie: cookieOf(first),
    });
    expect(cookieOf(second)).not.toBe(cookieOf(first));
    expect([await isSignedIn(cookieOf(first)), await isSignedIn(cookieOf(second))]).toEqual([false, true]);
  });

  it('ends when the member signs out, with the cookie cleared', async () => {
    const cookie = cookieOf(await signIn(EMAIL, PASSWORD));
    const answer = await app.request('POST', '/auth/sign-out', { json: {}, cookie });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^saglasie\.session=; Max-Age=0/);
    expect(await isSignedIn(cookie)).toBe(false);
  });

  it('ends after half an hour of nothing and after twelve hours of anything', async () => {
    const idle = cookieOf(await signIn(EMAIL, PASSWORD));
    await app.owner.query("update staff_session set expires_at = now() - interval '1 second'");
    expect(await isSignedIn(idle)).toBe(false);

    const old = cookieOf(await signIn(EMAIL, PASSWORD));
    expect(await isSignedIn(old)).toBe(true);
    await app.owner.query("update staff_session set created_at = now() - interval '12 hours 1 second'");
    expect(await isSignedIn(old)).toBe(false);
  });

  it('ends at once when the role changes or the member is shut out', async () => {
    const owner = cookieOf(await signIn(EMAIL, PASSWORD));
    const dpo = await app.signIn('dpo');
    const { data } = (await (await app.request('GET', '/api/v1/staff', { cookie: owner })).json()) as {
      data: { id: string; role: string }[];
    };
    const id = data.find((member) => member.role === 'dpo')?.id;
    expect((await app.request('PATCH', `/api/v1/staff/${id}`, { json: { role: 'auditor' }, cookie: owner })).status).toBe(200);
    expect(await isSignedIn(dpo)).toBe(false);
  });

  it('the last owner can neither step down nor be shut out', async () => {
    const owner = cookieOf(await signIn(EMAIL, PASSWORD));
    const me = (await (await app.request('GET', '/api/v1/me', { cookie: owner })).json()) as { staffMember: { id: string } };
    for (const json of [{ role: 'sales' }, { disabled: true }]) {
      const answer = await app.request('PATCH', `/api/v1/staff/${me.staffMember.id}`, { json, cookie: owner });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'last-owner']);
    }
  });

  it('who signed in and was refused is in the audit trail, without the address', async () => {
    await signIn('secret.person@example.bg', 'not the password');
    const { rows } = await app.owner.query<{ action: string; line: string }>(
      "select action, a::text as line from audit_entry a where action like 'staff.%'",
    );
    expect(new Set(rows.map((row) => row.action))).toEqual(
      new Set(['staff.signed-in', 'staff.signed-out', 'staff.sign-in-refused', 'staff.changed']),
    );
    expect(rows.map((row) => row.line).join('\n')).not.toContain('secret.person');
  });
});

describe('over https', () => {
  const secure = useStaffApp({ config: { publicUrl: 'https://crm.example.bg' } });

  it('the cookie is bound to this host', async () => {
    const answer = await secure.request('POST', '/auth/sign-in/email', { json: { email: EMAIL, password: PASSWORD } });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-saglasie\.session=[^;]+; Max-Age=1800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await secure.request('GET', '/api/v1/me', { cookie: cookieOf(answer) })).status).toBe(200);
  });
});

describe('API keys', () => {
  let key = '';
  beforeAll(async () => {
    key = await app.apiKey(['purposes.read']);
  });
  const status = async (text: string) => (await app.request('GET', '/api/v1/purposes', { key: text })).status;

  it('one changed letter, an expired and a revoked key are refused', async () => {
    expect(await status(key)).toBe(200);
    expect(await status(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)).toBe(401);
    expect(await status(`${key}A`)).toBe(401);
    await app.owner.query("update api_key set expires_at = now() - interval '1 second'");
    expect(await status(key)).toBe(401);
    await app.owner.query('update api_key set expires_at = null, revoked_at = now()');
    expect(await status(key)).toBe(401);
  });

  it('a bad key is not rescued by a good cookie', async () => {
    const cookie = cookieOf(await signIn(EMAIL, PASSWORD));
    expect((await app.request('GET', '/api/v1/purposes', { key: 'sgl_bad', cookie })).status).toBe(401);
  });
});

describe('passwords', () => {
  it('are kept as Argon2id of the stated cost, salted, and recognised', async () => {
    const [one, other] = await Promise.all([hashPassword('парола с думи'), hashPassword('парола с думи')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await isPasswordOf(one, 'парола с думи')).toBe(true);
    expect(await isPasswordOf(one, 'парола с дума')).toBe(false);
    expect(await isPasswordOf('$2b$10$notargon', 'x')).toBe(false);
  });
});
