import { describe, expect, it } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { inviteStaffMember } from '#src/staff/invite-staff-member.ts';
import { digestOf } from '#test/support/digest.ts';
import { cookieOf, PASSWORD, useStaffApp } from '#test/support/staff-app.ts';
import { renewSetUpToken } from './set-up-token.ts';

const app = useStaffApp({ setUp: false });

const filledIn = {
  companyName: 'Пример ЕООД',
  address: 'София 1000, ул. „Първа“ 1',
  companyEmail: 'office@example.bg',
  name: 'Мария Петрова',
  email: 'Maria@Example.bg',
  password: PASSWORD,
  language: 'bg',
};

const form = (fields: Record<string, string>) => ({ body: new URLSearchParams(fields), headers: { 'accept-language': 'bg' } });
const newToken = async () => (await inTransaction(app.services.db, renewSetUpToken)) ?? '';

describe('set-up', () => {
  it('stays closed to whoever does not hold the link, and GET changes nothing', async () => {
    const token = await newToken();
    const before = await digestOf(app.database.ownerUrl);
    expect((await app.request('GET', `/setup/${token}`)).status).toBe(200);
    expect((await app.request('GET', `/setup/${token.slice(1)}x`)).status).toBe(404);
    expect((await app.request('POST', '/setup/guess', form(filledIn))).status).toBe(404);
    expect(await digestOf(app.database.ownerUrl)).toBe(before);
  });

  it('says what is wrong, keeps what was typed but the password, and changes nothing', async () => {
    const token = await newToken();
    const before = await digestOf(app.database.ownerUrl);
    const answer = await app.request(
      'POST',
      `/setup/${token}`,
      form({ ...filledIn, companyName: ' ', companyEmail: 'no', password: 'hunter2' }),
    );
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain('<title>Грешка: ');
    expect(page).toMatch(/href="#companyName".*href="#companyEmail".*href="#password"/s);
    expect(page).toContain('value="Мария Петрова"');
    expect(page).not.toContain('hunter2');
    expect(await digestOf(app.database.ownerUrl)).toBe(before);
  });

  it('refuses an owner’s address that could not be signed in with', async () => {
    const answer = await app.request('POST', `/setup/${await newToken()}`, form({ ...filledIn, email: 'мария@пример.бг' }));
    expect([answer.status, (await answer.text()).includes('href="#email"')]).toEqual([422, true]);
  });

  it('changes the language and keeps what was typed', async () => {
    const answer = await app.request('POST', `/setup/${await newToken()}`, form({ ...filledIn, _lang: 'en' }));
    const page = await answer.text();
    expect([answer.status, page.includes('<html lang="en">'), page.includes('value="Мария Петрова"')]).toEqual([200, true, true]);
  });

  it('a new link puts the last one out of use', async () => {
    const first = await newToken();
    await newToken();
    expect((await app.request('GET', `/setup/${first}`)).status).toBe(404);
  });

  it('of ten owners who set up at once one becomes it, and the page closes for good', async () => {
    const token = await newToken();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        app.request('POST', `/setup/${token}`, form({ ...filledIn, email: `owner${at}@example.bg` })),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, ...Array(9).fill(404)]);
    expect(await newToken()).toBe('');
    expect((await app.request('GET', `/setup/${token}`)).status).toBe(404);

    const { rows } = await app.owner.query('select role from staff_member');
    expect(rows).toEqual([{ role: 'owner' }]);
    const made = await app.owner.query(
      'select (select count(*)::int from purpose) as purposes, (select name from controller) as name, exists (select from form where slug = $1) as form',
      ['newsletter'],
    );
    expect(made.rows[0]).toMatchObject({ name: 'Пример ЕООД', form: true });
    expect(made.rows[0].purposes).toBeGreaterThanOrEqual(3);
  });

  it('signs the new owner in', async () => {
    const { rows } = await app.owner.query<{ email: string }>('select email from staff_member');
    const signedIn = await app.request('POST', '/auth/sign-in/email', {
      json: { email: rows[0]?.email.toUpperCase(), password: PASSWORD },
    });
    expect((await app.request('GET', '/api/v1/me', { cookie: cookieOf(signedIn) })).status).toBe(200);
  });
});

describe('an invite', () => {
  const invite = (email: string) =>
    inTransaction(app.services.db, (tx) =>
      inviteStaffMember(tx, { email, name: '', role: 'sales', language: 'en', actor: { kind: 'command' } }),
    );

  it('makes one member, with the role that was given and no other, once', async () => {
    const { secret } = await invite('ivan@example.bg');
    expect(await (await app.request('GET', `/invite/${secret}`)).text()).toContain('ivan@example.bg');
    const answer = await app.request(
      'POST',
      `/invite/${secret}`,
      form({ name: 'Иван', password: PASSWORD, role: 'owner', email: 'other@example.bg' }),
    );
    expect(answer.status).toBe(303);
    const me = (await (await app.request('GET', '/api/v1/me', { cookie: cookieOf(answer) })).json()) as { staffMember: object };
    expect(me.staffMember).toMatchObject({ email: 'ivan@example.bg', role: 'sales' });
    expect((await app.request('POST', `/invite/${secret}`, form({ name: 'Иван', password: PASSWORD }))).status).toBe(404);
  });

  it('stops working when a newer one is made, and after seven days', async () => {
    const first = await invite('petar@example.bg');
    const second = await invite('petar@example.bg');
    expect((await app.request('GET', `/invite/${first.secret}`)).status).toBe(404);
    await app.owner.query("update staff_invite set expires_at = now() - interval '1 second' where accepted_at is null");
    expect((await app.request('GET', `/invite/${second.secret}`)).status).toBe(404);
  });

  it('is not in the database in a form anyone could use', async () => {
    const { secret } = await invite('elena@example.bg');
    const { rows } = await app.owner.query<{ line: string }>('select i::text as line from staff_invite i');
    expect(rows.map((row) => row.line).join('\n')).not.toContain(secret);
  });
});
