import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '#test/support/database.ts';
import { changed, type FormSite, openFormSite } from '#test/support/form-site.ts';

const database = useDatabase();
let site: FormSite;
beforeAll(async () => {
  site = await openFormSite(database);
});
afterAll(() => site.close());

const both = (bg: string, en: string) => ({ bg, en });

describe('A draft', () => {
  test('is seen by nobody until it is published; then its version never changes', async () => {
    const { body: form, status } = await site.api('POST', '/forms', { slug: 'drafted', definition: site.good() });
    expect([status, form.published, form.draft.revision]).toEqual([201, null, 1]);
    expect((await site.get('/f/drafted')).status).toBe(410);

    const titled = changed(site.good(), 'title', both('Чернова', 'A draft'));
    const saved = await site.api('PUT', `/forms/${form.id}/draft`, { revision: 1, definition: titled });
    expect(saved.body).toMatchObject({ revision: 2, isPublishable: true, findings: [], updatedBy: { name: 'Owner' } });
    const published = await site.api('POST', `/forms/${form.id}/draft/publish`, { revision: 2 });
    expect(published.body).toMatchObject({
      draft: null,
      published: { number: 1, definition: { title: both('Чернова', 'A draft') } },
    });
    expect(await (await site.get('/f/drafted?lang=bg')).text()).toContain('<h1>Чернова</h1>');

    const next = await site.api('GET', `/forms/${form.id}/draft`);
    expect(next.body).toMatchObject({ revision: 3, basedOn: published.body.published.versionId, updatedAt: null });
    const version = await site.api('GET', `/forms/${form.id}/versions/${published.body.published.versionId}`);
    expect(version.body).toMatchObject({
      number: 1,
      publishedBy: { name: 'Owner' },
      definition: { title: both('Чернова', 'A draft') },
    });
  });

  test('may be full of holes while it is written, and is not published so', async () => {
    const { body: form } = await site.api('POST', '/forms', { slug: 'holes' });
    const { body: draft } = await site.api('GET', `/forms/${form.id}/draft`);
    expect(draft.isPublishable).toBe(false);
    expect(draft.findings.map((finding: { code: string }) => finding.code)).toContain('text-missing');
    const refused = await site.api('POST', `/forms/${form.id}/draft/publish`, { revision: draft.revision });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error: { field: string }) => error.field)).toContain('definition.title.bg');
    expect((await site.api('GET', `/forms/${form.id}/draft`)).body).toEqual(draft);
  });

  test('saved by two is kept from the one who has not seen the other’s words', async () => {
    const id = await site.published('two-writers', site.good());
    const { body: seen } = await site.api('GET', `/forms/${id}/draft`);
    const write = (bg: string, revision = seen.revision) =>
      site.api('PUT', `/forms/${id}/draft`, { revision, definition: changed(site.good(), 'title', both(bg, 'News from us')) });
    const answers = await Promise.all(['Първи автор', 'Втори автор', 'Трети автор', 'Четвърти автор'].map((bg) => write(bg)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const winner = answers.find(({ status }) => status === 200);
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body).toMatchObject({ code: 'draft-changed', revision: seen.revision + 1 });
    }
    expect((await site.api('GET', `/forms/${id}/draft`)).body.definition).toEqual(winner?.body.definition);
    expect((await site.api('POST', `/forms/${id}/draft/publish`, { revision: seen.revision })).status).toBe(409);
    expect((await site.api('POST', `/forms/${id}/draft/publish`, { revision: seen.revision + 1 })).status).toBe(201);
    // A page left open since before the publication does not bring its words back.
    expect((await write('Закъснял автор', seen.revision + 1)).status).toBe(409);
  });

  test('saved again as it is stays at its revision, and an editor who goes on is noted once', async () => {
    const { body: form } = await site.api('POST', '/forms', { slug: 'autosaved', definition: site.good() });
    for (const bg of ['Едно', 'Две', 'Две', 'Три']) {
      const { revision } = (await site.api('GET', `/forms/${form.id}/draft`)).body;
      await site.api('PUT', `/forms/${form.id}/draft`, { revision, definition: changed(site.good(), 'title.bg', bg) });
    }
    expect((await site.api('GET', `/forms/${form.id}/draft`)).body.revision).toBe(4);
    const { rows } = await site.owner.query(`select action from audit_entry where subject_id = $1 order by id`, [
      form.id.replace('frm_', '').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    ]);
    expect(rows.map((row) => row.action)).toEqual(['form.created']);
  });

  test('is not overwritten past the database either', async () => {
    const id = await site.published('counted', site.good());
    await site.api('PUT', `/forms/${id}/draft`, { revision: 2, definition: changed(site.good(), 'title.bg', 'Друго') });
    await expect(site.pool.query(`update form_draft set definition = '{}'`)).rejects.toThrow(/saved over the revision/);
  });

  test('discarded is again what people see', async () => {
    const id = await site.published('discarded', site.good());
    const { body: before } = await site.api('GET', `/forms/${id}/draft`);
    await site.api('PUT', `/forms/${id}/draft`, {
      revision: before.revision,
      definition: changed(site.good(), 'title.bg', 'Друго'),
    });
    const { body } = await site.api('POST', `/forms/${id}/draft/discard`, { revision: before.revision + 1 });
    expect(body.definition).toEqual(before.definition);
    expect(body).toMatchObject({ revision: before.revision + 2, updatedAt: null });
  });
});

describe('A form', () => {
  test('is duplicated, archived and brought back; nobody fills in what is archived', async () => {
    const id = await site.published('original', site.good());
    const copy = await site.api('POST', `/forms/${id}/duplicate`, { slug: 'copy' });
    expect(copy.body).toMatchObject({ slug: 'copy', published: null, draft: { title: both('Новини от нас', 'News from us') } });
    expect((await site.api('POST', `/forms/${id}/duplicate`, { slug: 'copy' })).body.code).toBe('slug-taken');
    expect((await site.api('POST', '/forms', { slug: 'preferences' })).body.code).toBe('slug-taken');

    expect((await site.api('POST', `/forms/${id}/archive`, {})).body).toMatchObject({ published: null });
    expect((await site.get('/f/original')).status).toBe(410);
    const slugs = async (query: string) =>
      (await site.api('GET', `/forms${query}`)).body.data.map((form: { slug: string }) => form.slug);
    expect(await slugs('')).not.toContain('original');
    expect(await slugs('?archived=true')).toEqual(['original']);
    const { body: draft } = await site.api('GET', `/forms/${id}/draft`);
    expect((await site.api('POST', `/forms/${id}/draft/publish`, { revision: draft.revision })).body.code).toBe('form-archived');
    await site.api('POST', `/forms/${id}/restore`, {});
    expect((await site.api('POST', `/forms/${id}/publish`, {})).body.published.number).toBe(2);
    expect((await site.get('/f/original')).status).toBe(200);
  });

  test('says what became different between two versions, element by element and language by language', async () => {
    const id = await site.published('compared', site.good());
    const [first] = (await site.api('GET', `/forms/${id}`)).body.versions;
    const name = {
      key: 'given_name',
      label: both('Име', 'First name'),
      reason: both('За обръщение.', 'To address you.'),
      required: false,
    };
    const changedForm = {
      ...changed(site.good(), 'boxes.0.hint.bg', 'Отписването е с една стъпка.'),
      fields: [name, ...site.good().fields],
      sent: { title: both('Още една стъпка', 'One more step'), text: both('Погледнете пощата си.', 'Look at your mail.') },
    };
    await site.api('POST', `/forms/${id}/versions`, { definition: changedForm });
    const [second] = (await site.api('GET', `/forms/${id}`)).body.versions;
    const { body } = await site.api('GET', `/forms/${id}/changes?from=${first.id}&to=${second.id}`);
    expect(body.changes).toContainEqual({
      kind: 'changed',
      element: 'box',
      place: 'boxes.0.hint',
      name: 'newsletter:email',
      language: 'bg',
      old: 'Във всяко писмо има връзка за отписване.',
      new: 'Отписването е с една стъпка.',
    });
    expect(body.changes).toContainEqual(
      expect.objectContaining({
        kind: 'added',
        element: 'field',
        name: 'given_name',
        place: 'fields.0.label',
        language: 'en',
        new: 'First name',
      }),
    );
    expect(body.changes.filter((change: { element: string }) => change.element === 'sent')).toHaveLength(4);
    expect(body.changes.some((change: { element: string }) => change.element === 'title')).toBe(false);
    const back = (await site.api('GET', `/forms/${id}/changes?from=${second.id}&to=${first.id}`)).body.changes;
    expect(back.filter((change: { kind: string }) => change.kind === 'removed').length).toBeGreaterThan(0);
    expect((await site.api('GET', `/forms/${id}/changes`)).body.changes).toEqual([]);
  });

  test('is shown beforehand exactly as it will be, in each language', async () => {
    const definition = changed(site.good(), 'title', both('Предварително', 'Beforehand'));
    const preview = await site.api('POST', '/forms/preview', { definition, language: 'en', page: 'form' });
    await site.published('previewed', definition);
    const page = await (await site.get('/f/previewed?lang=en')).text();
    const plain = (html: string) => html.replace(/name="_form" value="[^"]*"/, '').replace(/action="[^"]*"/, '');
    expect(plain(preview.body.html)).toBe(plain(page));
    for (const of of ['sent', 'parent', 'mail', 'confirm', 'done'] as const) {
      const { body } = await site.api('POST', '/forms/preview', { definition, language: 'bg', page: of });
      expect(body.html, of).toContain('<html lang="bg">');
    }
  });
});

describe('Bad input', () => {
  test('of a megabyte, of ten thousand fields, or with control characters is refused and stores nothing', async () => {
    const { body: form } = await site.api('POST', '/forms', { slug: 'bad-input', definition: site.good() });
    const save = (definition: unknown) => site.api('PUT', `/forms/${form.id}/draft`, { revision: 1, definition });
    expect((await save(changed(site.good(), 'intro.bg', 'а'.repeat(1_000_000)))).status).toBe(413);
    expect((await save(changed(site.good(), 'intro.bg', 'а'.repeat(100_000)))).body.errors).toMatchObject([{ code: 'too-long' }]);
    expect((await save(changed(site.good(), 'intro.bg', 'а\u0007б'))).status).toBe(422);
    expect((await save(changed(site.good(), 'intro.bg', 'а\u0000б'))).status).toBe(400);
    const [field] = site.good().fields;
    const many = await save({
      ...site.good(),
      fields: Array.from({ length: 10_000 }, (_, at) => ({ key: `f${at}`, required: false })),
    });
    expect([413, 422]).toContain(many.status);
    expect((await save({ ...site.good(), fields: Array.from({ length: 21 }, () => field) })).body.errors).toMatchObject([
      { code: 'too-many' },
    ]);
    expect(
      (await save({ ...site.good(), boxes: [{ ...site.good().boxes[0], purpose: `pur_${'0'.repeat(32)}` }] })).body.findings,
    ).toMatchObject([{ code: 'purpose-unknown', place: 'boxes.0' }]);
    expect((await site.api('GET', `/forms/${form.id}/draft`)).body.revision).toBe(2);
  });

  test('a script in every text field is text on every public page', async () => {
    const script = '<script>a()</script>"><img onerror=b()>';
    const replace = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(replace)
        : value !== null && typeof value === 'object'
          ? 'bg' in value
            ? both(`Текст ${script}`, `Some ${script}`)
            : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replace(one)]))
          : value;
    const definition = replace({
      ...site.good(),
      fields: [
        ...site.good().fields,
        {
          key: 'size',
          type: 'choice',
          label: both('', ''),
          reason: both('', ''),
          required: true,
          options: [
            { value: 'a', label: both('', '') },
            { value: 'b', label: both('', '') },
          ],
        },
      ],
      magnet: {
        purpose: site.pub('guide'),
        label: both('', ''),
        hint: both('', ''),
        delivery: { kind: 'link', url: 'https://example.bg/"><script>alert(3)</script>' },
      },
      sent: { title: both('', ''), text: both('', '') },
      mail: { subject: both('', ''), text: both('', '') },
    });
    for (const language of ['bg', 'en']) {
      for (const page of ['form', 'sent', 'parent', 'mail', 'confirm', 'done']) {
        const { status, body } = await site.api('POST', '/forms/preview', { definition, language, page });
        expect(status, JSON.stringify(body)).toBe(200);
        expect(body.html, page).not.toMatch(/<script|<img/);
        expect(body.html.includes('&lt;script&gt;') || page === 'parent', page).toBe(true);
      }
    }
  });

  test('a file that is not what its name says, or could run in a browser, is not taken', async () => {
    const send = (name: string, content: string | Buffer) =>
      site.api('POST', '/forms/files', { name, content: Buffer.from(content).toString('base64') });
    for (const [name, content] of [
      ['page.html', '<script>alert(1)</script>'],
      ['drawing.svg', '<svg onload="alert(1)"/>'],
      ['guide.pdf', '<script>alert(1)</script>'],
      ['guide', '%PDF-1.7'],
      ['guide.pdf', ''],
      ['constructor', 'x'],
    ] as const) {
      expect((await send(name, content)).status, name).toBeGreaterThanOrEqual(415);
    }
    expect((await send('../guide.pdf', '%PDF-1.7')).status).toBe(422);
    const kept = await send('Наръчник.pdf', '%PDF-1.7 съдържание');
    expect(kept).toMatchObject({ status: 201, body: { name: 'Наръчник.pdf', mediaType: 'application/pdf' } });
    const file = await site.get(`/api/v1/forms/files/${kept.body.id}`);
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(await file.text()).toBe('%PDF-1.7 съдържание');
  });
});
