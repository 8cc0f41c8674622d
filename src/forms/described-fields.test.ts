import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { archivePurpose } from '#src/purposes/revise-purpose.ts';
import { findField } from '#src/register/find-field.ts';
import { useDatabase } from '#test/support/database.ts';
import { type FormSite, openFormSite } from '#test/support/form-site.ts';
import { confirmSubmission } from './confirm-submission.ts';

const database = useDatabase();
let site: FormSite;
beforeAll(async () => {
  site = await openFormSite(database);
});
afterAll(() => site.close());

const texts = (bg: string, en: string) => ({ bg, en });
const question = (key: string, more: object) => ({
  key,
  label: texts('Предпочитан чай', 'Favourite tea'),
  reason: texts('За да подготвим отговора.', 'So that we can prepare the answer.'),
  required: false,
  ...more,
});
const asking = (...fields: unknown[]) => {
  const good = site.good();
  return {
    ...good,
    fields: [...good.fields, question('phone', { label: texts('Телефон', 'Phone') }), ...fields],
    boxes: [
      ...good.boxes,
      {
        purpose: site.pub('calls'),
        channel: 'phone',
        label: texts('Давам съгласие „{company}“ да ми се обажда с оферти.', 'I consent to {company} calling me about offers.'),
        hint: texts('Най-много веднъж месечно.', 'Once a month at most.'),
      },
    ],
  };
};
const tea = (...values: string[]) =>
  question('team_size', {
    type: 'choice',
    options: values.map((value) => ({ value, label: texts(`Чай ${value}`, `Tea ${value}`) })),
  });
const publish = (definition: unknown, formId: string) => site.api('POST', `/forms/${formId}/versions`, { definition });

describe('a question of a form', () => {
  it('is a field that is described from its publication on; a new answer is one of its options', async () => {
    expect(await findField(site.services.db, 'team_size')).toBeUndefined();
    const formId = await site.published('tea', asking(tea('mint', 'lime')));
    expect(await findField(site.services.db, 'team_size')).toMatchObject({
      type: 'choice',
      label: texts('Предпочитан чай', 'Favourite tea'),
      purposes: [{ slug: 'calls' }],
    });
    expect((await publish(asking(tea('lime', 'sage')), formId)).status).toBe(201);
    const field = await findField(site.services.db, 'team_size');
    expect(
      field?.options.map(({ value }) => value),
      'an answer somebody may have given stays',
    ).toEqual(['mint', 'lime', 'sage']);
  });

  it.each([
    ['url', 'primer.bg/чай', 'https://primer.bg/%D1%87%D0%B0%D0%B9', 'javascript:alert(1)'],
    ['email', 'ivan@Example.com', 'ivan@example.com', 'ivan@'],
    ['phone', '0888 123 456', '+359888123456', '12'],
  ] as const)('of the kind %s is kept as such, and shown again where it is none', async (type, typed, kept, wrong) => {
    const key = `own_${type}`;
    await site.owner.query(`update purpose set data_categories = data_categories || $1::text where slug = 'calls'`, [key]);
    await site.published(`kind-${type}`, asking(question(key, { type })));
    const email = `${type}@example.com`;
    const refused = await site.send(`kind-${type}`, { email, [key]: wrong, consent: 'newsletter:email' });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining(`href="#${key}"`)]);
    expect((await site.send(`kind-${type}`, { email, [key]: typed, consent: 'newsletter:email' })).status).toBe(303);
    const { rows } = await site.owner.query(
      `select s.answers->>$2 as answer from submission s join contact_point p on p.contact_id = s.contact_id where p.match_key = $1`,
      [email, key],
    );
    expect(rows).toEqual([{ answer: kept }]);
  });

  it('cannot be of another kind than the field it stands for', async () => {
    const formId = await site.published('plain', site.good());
    const refused = await publish(asking(question('team_size', { type: 'number' })), formId);
    expect([refused.status, refused.body.errors.map(({ code }: { code: string }) => code)]).toEqual([
      422,
      ['field-of-other-kind'],
    ]);
    await site.owner.query(`update field_definition set special_category = 'health' where key = 'team_size'`);
    const unmarked = await publish(asking(tea('mint', 'lime')), formId);
    expect(unmarked.body.errors.map(({ code }: { code: string }) => code)).toContain('special-category-unmarked');
  });

  it('that serves nothing any more by the time of the answer is not kept, and the rest is confirmed all the same', async () => {
    const late = question('late_field', { type: 'text' });
    await site.owner.query(`update purpose set data_categories = data_categories || '{late_field}' where slug = 'calls'`);
    await site.published('late', asking(late));
    const email = 'late@example.com';
    await site.send('late', { email, late_field: 'ройбос', phone: '0888 123 456', consent: ['newsletter:email', 'calls:phone'] });
    await inTransaction(site.services.db, (tx) => archivePurpose(tx, site.purposes.calls));
    const { rows } = await site.owner.query<{ id: string }>(
      `select s.id from submission s join contact_point p on p.contact_id = s.contact_id where p.match_key = $1`,
      [email],
    );
    const outcome = await inTransaction(site.services.db, (tx) =>
      confirmSubmission(tx, site.services, { submissionId: rows[0]?.id ?? '', language: 'bg', evidence: {} }),
    );
    expect(outcome).toBe('confirmed');
    const kept = await site.owner.query(
      `select c.facts, c.state from contact c join contact_point p on p.contact_id = c.id where p.match_key = $1`,
      [email],
    );
    expect(kept.rows).toEqual([{ facts: {}, state: 'active' }]);
  });
});
