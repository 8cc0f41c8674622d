import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEntry } from '#src/ledger/find-entry.ts';
import { useDatabase } from '#test/support/database.ts';
import { type FormSite, openFormSite } from '#test/support/form-site.ts';
import { newestMessage } from '#test/support/public-site.ts';
import { findSeen } from './find-seen-page.ts';

const database = useDatabase();
let site: FormSite;
beforeAll(async () => {
  site = await openFormSite(database);
});
afterAll(() => site.close());

test('for a child, what the parent was asked is kept too, with what the child had ticked and without either address', async () => {
  const good = site.good();
  await site.published('children', { ...good, boxes: [{ ...good.boxes[0], purpose: site.pub('children') }] });
  await site.send('children', {
    email: 'child@example.com',
    consent: 'club:email',
    age: 'younger',
    _step: 'parent',
    parent_email: 'parent@example.com',
  });
  const { links } = await newestMessage(site, 'parent@example.com');
  const served = await (await site.get(`${links.parent}?lang=bg`)).text();
  await site.post(`${links.parent}?lang=bg`, { answer: 'agree', parent_name: 'Иван Иванов', responsible: 'yes' });
  const child = await newestMessage(site, 'child@example.com');
  await site.post(`${child.links.confirm}?lang=bg`, { answer: 'confirm' });

  const { rows } = await site.owner.query(`select id from ledger_entry where kind = 'consent-given'`);
  const entry = await findEntry(site.services.db, rows[0].id);
  if (!entry) throw new Error('there is no consent');
  const seen = await findSeen(site.services.db, entry, 'parent');
  expect(seen).toMatchObject({ available: ['form', 'parent', 'confirmation', 'text'], page: { isReconstructed: false } });
  expect(seen?.html?.replaceAll(/<\/?time>/g, '')).toBe(
    served.replaceAll(links.parent ?? '', '/parent/').replace('c***@example.com', '***'),
  );
  expect((await findSeen(site.services.db, entry))?.which).toBe('confirmation');
});
