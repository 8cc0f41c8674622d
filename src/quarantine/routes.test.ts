import { beforeAll, describe, expect, test } from 'vitest';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { everyJob } from '#src/every-job.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();
let dpo: string;
let sales: string;
const list = { kind: 'third-party', label: 'Купен списък', obtainedFrom: 'other' };
const reason = 'Договорите са в архива на счетоводството.';

/** An answer as it came; what it must hold is what the tests say. */
interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is what the tests ask
  readonly body: any;
}

async function asked(method: string, path: string, json?: unknown, cookie = dpo): Promise<Answer> {
  const answer = await app.request(method, `/api/v1${path}`, { ...(json === undefined ? {} : { json }), cookie });
  return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() };
}

beforeAll(async () => {
  [dpo, sales] = [await app.signIn('dpo'), await app.signIn('sales')];
  const owner = await app.signIn('owner');
  for (const name of ['Стоян', 'Петър']) {
    const added = await asked(
      'POST',
      '/contacts',
      {
        givenName: name,
        email: `${name === 'Стоян' ? 'stoyan' : 'petar'}@example.bg`,
        language: 'bg',
        source: list,
        purpose: 'customer-relations',
        legalBasis: 'unknown',
      },
      owner,
    );
    expect(added.status).toBe(201);
  }
});

describe('Quarantine over the API', () => {
  test('is seen by everybody who sees people, and repaired by the data-protection officer and the owner only', async () => {
    expect((await asked('GET', '/quarantine', undefined, sales)).body.people).toBe(2);
    for (const path of [
      '/quarantine/preview',
      '/quarantine/acts',
      '/quarantine/grounds',
      '/quarantine/deadlines',
      '/art14/send',
      '/art14/told',
      '/art14/exempt',
    ]) {
      expect((await asked('POST', path, {}, sales)).status, path).toBe(403);
    }
    const key = await app.apiKey(['contacts.read']);
    expect((await app.request('GET', '/api/v1/quarantine', { key })).status).toBe(200);
    expect((await app.request('POST', '/api/v1/quarantine/preview', { key, json: {} })).status).toBe(403);
  });

  test('shows sources, foresees an act, does it as a job, and names who did it and why', async () => {
    const { sources } = (await asked('GET', '/quarantine')).body;
    const source = sources[0].source.id;
    expect(sources[0]).toMatchObject({ people: 1, untold: 1, source: { label: 'Купен списък', obtainedFrom: 'other' } });
    const act = { kind: 'basis', selection: { source }, purpose: 'customer-relations', reason };
    const unread = await asked('POST', '/quarantine/preview', act);
    expect(unread).toMatchObject({ status: 422, body: { errors: [{ field: 'warningRead', code: 'warning-not-read' }] } });
    const foreseen = await asked('POST', '/quarantine/preview', { ...act, warningRead: true });
    expect(foreseen.body).toEqual({ outcomes: { leaves: 1 } });
    expect((await asked('GET', '/quarantine')).body.people).toBe(2);

    const started = await asked('POST', '/quarantine/acts', { ...act, warningRead: true });
    expect(started).toMatchObject({ status: 202, body: { people: 1 } });
    await runOneJob(app.services, everyJob);
    expect((await asked('GET', `/jobs/${started.body.jobId}`)).body).toMatchObject({ state: 'done', counts: { leaves: 1 } });
    expect((await asked('GET', '/quarantine')).body.people).toBe(1);
    const acts = (await asked('GET', '/quarantine/acts')).body.data;
    expect(acts).toMatchObject([{ kind: 'basis', reason, jobId: started.body.jobId, purpose: { slug: 'customer-relations' } }]);
    const audit = (await asked('GET', '/audit?action=quarantine.act-started')).body.data;
    expect(audit).toMatchObject([{ detail: { kind: 'basis', people: 1 }, subject: { kind: 'quarantine-act' } }]);
  });

  test('has another last day with a reason, never one that has passed', async () => {
    const source = (await asked('GET', '/quarantine')).body.sources[0].source.id;
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    expect((await asked('POST', '/quarantine/deadlines', { source, expiresOn: day(60), reason: 'кратко' })).status).toBe(422);
    expect((await asked('POST', '/quarantine/deadlines', { source, expiresOn: day(-2), reason })).body.errors).toMatchObject([
      { code: 'in-the-past' },
    ]);
    expect((await asked('POST', '/quarantine/deadlines', { source, expiresOn: day(60), reason })).status).toBe(200);
    expect((await asked('GET', '/quarantine')).body.sources[0]).toMatchObject({ expiresOn: day(60), deadlineReason: reason });
  });
});

describe('Whom to tell, over the API', () => {
  test('comes with the day the law counts, is foreseen with its text, and is told by a colleague once', async () => {
    const { data } = (await asked('GET', '/art14')).body;
    expect(data).toHaveLength(2);
    for (const duty of data) expect(duty.legalDue >= duty.dueOn).toBe(true);
    const [{ contact, source }] = data;
    const preview = (await asked('POST', '/art14/preview', { contacts: [contact.id] })).body;
    expect(preview).toMatchObject({ people: 1, byMail: 1, waiting: 0 });
    expect(preview.example.bg.join(' ')).toContain('Купен списък');
    const told = { contacts: [contact.id], how: 'post', at: new Date().toISOString() };
    expect((await asked('POST', '/art14/told', told)).body).toEqual({ told: 1 });
    expect((await asked('GET', `/contacts/${contact.id}/art14`)).body).toMatchObject({
      notice: null,
      duties: [{ source: { id: source.id }, entryId: expect.stringMatching(/^led_/), exemption: null }],
    });
    expect((await asked('GET', '/art14/summary')).body).toMatchObject({ open: 1, told: 1, exempt: 0 });
  });

  test('is exempted only for somebody named, on a ground, with a reason', async () => {
    const [duty] = (await asked('GET', '/art14')).body.data;
    const ground = { ground: 'law', reason: 'Получаването е уредено в чл. 12 от Закона.' };
    expect((await asked('POST', '/art14/exempt', ground)).status).toBe(422);
    expect((await asked('POST', '/art14/exempt', { ...ground, reason: 'не', source: duty.source.id })).status).toBe(422);
    expect((await asked('POST', '/art14/exempt', { ...ground, source: duty.source.id })).body).toEqual({ duties: 1 });
    expect((await asked('GET', '/art14')).body.data).toEqual([]);
  });

  test('cannot be turned past its end, and a cursor of another list is refused', async () => {
    expect((await asked('GET', '/art14?cursor=bm90LWEtY3Vyc29y')).status).toBe(400);
    expect((await asked('GET', '/home')).body.toTell).toEqual({ overdue: 0, soon: 0 });
  });
});

describe('Coverage and days off, over the API', () => {
  test('the coverage states its formula, and counts again as a job', async () => {
    const { body } = await asked('GET', '/coverage', undefined, sales);
    expect(body.formula).toMatchObject({ accounted: 40, told: 20, proven: 40, grades: { A: 1, E: 0.2 } });
    expect(body.total.data).toBe(4);
    const { jobId } = (await asked('POST', '/coverage/count', {})).body;
    await runOneJob(app.services, everyJob);
    expect((await asked('GET', `/jobs/${jobId}`)).body.state).toBe('done');
  });

  test('a day off by decree moves what is due on it, and back', async () => {
    const owner = await app.signIn('owner');
    expect((await asked('PUT', '/holidays/2026-12-29', { isHoliday: true, reason: 'Решение на МС' }, sales)).status).toBe(403);
    expect((await asked('PUT', '/holidays/2026-12-29', { isHoliday: true, reason: 'Решение на МС' }, owner)).status).toBe(204);
    expect((await asked('GET', '/holidays', undefined, owner)).body.data).toEqual([
      { day: '2026-12-29', isHoliday: true, reason: 'Решение на МС' },
    ]);
    expect((await asked('DELETE', '/holidays/2026-12-29', undefined, owner)).status).toBe(204);
  });
});
