import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { everyJob } from '#src/every-job.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { storeUpload, uploadPath } from './uploads.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'saglasie-imports-'));
const app = useStaffApp({ config: { dataFolder } });
const CSV = [
  'Email Address,First Name,Last Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,MEMBER_RATING,LEID,EUID',
  'api1@example.net,Мария,Иванова,2024-01-02 03:04:05,192.0.2.7,2024-01-02 03:04:05,192.0.2.7,2,1,a',
  'broken,Мария,Иванова,2024-01-02 03:04:05,192.0.2.7,,,2,1,a',
].join('\n');

interface Answer {
  id: string;
  state: string;
  counts: Record<string, number>;
  recognised: { preset: string; mapping: unknown; partStatuses: unknown }[];
  code?: string;
}

async function upload(
  cookie: string,
  body: string | FormData | ReadableStream,
  headers = {},
): Promise<{ status: number; body: Answer }> {
  const reply = await app.request('POST', '/api/v1/imports?name=audience.csv', { cookie, body, headers });
  return { status: reply.status, body: (await reply.json()) as Answer };
}
const raw = { 'content-type': 'application/octet-stream' };

async function ask(cookie: string, method: string, path: string, json?: unknown): Promise<{ status: number; body: Answer }> {
  const reply = await app.request(method, `/api/v1${path}`, { cookie, ...(json === undefined ? {} : { json }) });
  return { status: reply.status, body: reply.status === 204 ? ({} as Answer) : ((await reply.json()) as Answer) };
}

describe('Imports over the API', () => {
  test('go from an upload to people, a report with its rows, and back', async () => {
    const cookie = await app.signIn('marketer');
    const { status, body: brought } = await upload(cookie, CSV, raw);
    expect(status, JSON.stringify(brought)).toBe(201);
    const uuid = (await readdir(join(dataFolder, 'imports')))[0] ?? '';
    expect(statSync(join(dataFolder, 'imports', uuid)).mode & 0o777).toBe(0o600);
    const [as] = brought.recognised;
    expect(as?.preset).toBe('mailchimp');
    const { status: tooEarly } = await ask(cookie, 'POST', `/imports/${brought.id}/commit`, {});
    expect(tooEarly).toBe(409);

    const settings = {
      mapping: as?.mapping,
      partStatuses: as?.partStatuses,
      source: 'Mailchimp 2026',
      obtainedFrom: 'other',
      purpose: 'newsletter',
      legalBasis: 'consent',
    };
    expect(await ask(cookie, 'PUT', `/imports/${brought.id}/settings`, { ...settings, legalBasis: 'contract' })).toMatchObject({
      status: 422,
    });
    expect(await ask(cookie, 'PUT', `/imports/${brought.id}/settings`, settings)).toMatchObject({
      status: 200,
      body: { state: 'ready' },
    });
    expect((await ask(cookie, 'GET', `/imports/${brought.id}/samples`)).body).toMatchObject({
      people: [{ facts: { given_name: 'Мария' }, points: [{ kind: 'email', value: 'api1@example.net' }] }, expect.anything()],
    });

    expect(await ask(cookie, 'POST', `/imports/${brought.id}/check`, {})).toMatchObject({
      status: 202,
      body: { state: 'checking' },
    });
    await runOneJob(app.services, everyJob);
    expect((await ask(cookie, 'GET', `/imports/${brought.id}`)).body).toMatchObject({
      state: 'checked',
      checked: { rows: 2, new: 1, problem: 1 },
    });
    await ask(cookie, 'POST', `/imports/${brought.id}/commit`, {});
    await runOneJob(app.services, everyJob);
    expect((await ask(cookie, 'GET', `/imports/${brought.id}`)).body).toMatchObject({
      state: 'committed',
      counts: { new: 1, problem: 1, consents: 1 },
    });
    expect(existsSync(join(dataFolder, 'imports', uuid))).toBe(false);

    const rows = await ask(cookie, 'GET', `/imports/${brought.id}/rows?outcome=problem`);
    expect(rows.body).toMatchObject({
      data: [
        {
          row: 2,
          line: 3,
          outcome: 'problem',
          cells: ['broken', 'Мария', 'Иванова', '2024-01-02 03:04:05', '192.0.2.7', '', '', '2', '1', 'a'],
        },
      ],
    });
    const file = await app.request('GET', `/api/v1/imports/${brought.id}/errors.csv?language=bg`, { cookie });
    expect(await file.text()).toContain('broken;Мария');
    const report = await ask(cookie, 'GET', `/imports/${brought.id}/report`);
    expect(report.body).toMatchObject({
      reasons: [expect.objectContaining({ code: 'invalid-email' })],
      undo: { possible: true },
    });

    await ask(cookie, 'POST', `/imports/${brought.id}/undo`, {});
    await runOneJob(app.services, everyJob);
    expect((await ask(cookie, 'GET', `/imports/${brought.id}`)).body).toMatchObject({ state: 'undone', counts: { erased: 1 } });
    expect(await ask(cookie, 'POST', `/imports/${brought.id}/undo`, {})).toMatchObject({
      status: 409,
      body: { code: 'import-state' },
    });
  });

  test('takes a multipart form as well, and leaves nothing of a file that is refused or given up', async () => {
    const cookie = await app.signIn('marketer');
    const form = new FormData();
    form.set('file', new File([CSV], 'audience.csv'));
    const { status, body } = await upload(cookie, form, { 'content-type': '' });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(await ask(cookie, 'DELETE', `/imports/${body.id}`)).toMatchObject({ status: 204 });
    expect(await upload(cookie, '<html><body>no table</body></html>', raw)).toMatchObject({
      status: 422,
      body: { code: 'import-file-web-page' },
    });
    expect(await upload(cookie, '', raw)).toMatchObject({ status: 422, body: { code: 'import-file-empty' } });
    expect(await readdir(join(dataFolder, 'imports'))).toEqual([]);
  });

  test('work that was paused and then stopped ends the import, which can be undone', async () => {
    const cookie = await app.signIn('marketer');
    const { body: brought } = await upload(cookie, CSV, raw);
    const [as] = brought.recognised;
    await ask(cookie, 'PUT', `/imports/${brought.id}/settings`, {
      mapping: as?.mapping,
      source: 'x',
      obtainedFrom: 'other',
      purpose: 'newsletter',
      legalBasis: 'consent',
    });
    const { body } = await ask(cookie, 'POST', `/imports/${brought.id}/commit`, {});
    const job = (body as unknown as { job: { id: string } }).job.id;
    expect(await ask(cookie, 'POST', `/jobs/${job}/pause`, {})).toMatchObject({ status: 200 });
    expect(await ask(cookie, 'POST', `/jobs/${job}/stop`, {})).toMatchObject({ status: 200 });
    expect((await ask(cookie, 'GET', `/imports/${brought.id}`)).body).toMatchObject({ state: 'stopped' });
    expect(await ask(cookie, 'POST', `/imports/${brought.id}/undo`, {})).toMatchObject({ status: 202 });
  });
});

describe('An upload', () => {
  const config = { dataFolder };
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(1024 * 1024);
  }

  test('of five gigabytes is refused before a byte of it is written', async () => {
    const before = await readdir(join(dataFolder, 'imports'));
    await expect(storeUpload(config, 'five', endless(), 5e9)).rejects.toMatchObject({
      code: 'import-file-too-large',
      status: 413,
    });
    expect(await readdir(join(dataFolder, 'imports'))).toEqual(before);
  });

  test('that does not say how long it is ends at the limit, and leaves nothing', async () => {
    await expect(storeUpload(config, 'endless', endless(), undefined, { largest: 5_000_000, reserve: 0 })).rejects.toMatchObject({
      code: 'import-file-too-large',
    });
    expect(existsSync(uploadPath(config, 'endless'))).toBe(false);
  });

  test('is refused when the disk would be too full for the database', async () => {
    const bytes = Readable.from([Buffer.from('a,b')]);
    await expect(storeUpload(config, 'full', bytes, 3, { largest: 1e9, reserve: 1e18 })).rejects.toMatchObject({
      code: 'disk-full',
      status: 507,
    });
    expect(existsSync(uploadPath(config, 'full'))).toBe(false);
  });
});
