import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectTo } from '#src/consent/object.ts';
import { refuseConsent } from '#src/consent/refuse-consent.ts';
import { restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { suppressAddresses } from '#src/erasure/suppress-addresses.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { bringIn, importServices } from '#test/support/bring-in.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, testKeys, unique, useStore } from '#test/support/factories.ts';
import { subscriptionStatuses } from './presets/column-mapping.ts';

const store = useStore();
const services = importServices(store);

/** What somebody's life here was before the import. */
const acts = [
  'consents',
  'refuses',
  'withdraws',
  'objects',
  'objects-to-this',
  'is-restricted',
  'complains',
  'bounces',
  'is-erased',
] as const;
type Act = (typeof acts)[number];
/** After these the person has said no, or must not be used, whatever else they did. */
const noes: ReadonlySet<Act> = new Set(acts.slice(1));

async function live(email: string, purpose: Purpose, life: readonly Act[]): Promise<void> {
  await store.write(async (tx) => {
    const id = await aContact(tx, { email });
    for (const act of life) {
      const about = await anAct(tx, id, purpose);
      const { purpose: _purpose, channel: _channel, noticeHash: _notice, ...everything } = about;
      const suppress = (reason: 'complaint' | 'hard-bounce') =>
        suppressAddresses(tx, [{ hash: testKeys.matchHash('email', email), reason, at: new Date() }]);
      if (act === 'consents') await aConsent(tx, id, purpose);
      else if (act === 'refuses') await refuseConsent(tx, about);
      else if (act === 'withdraws') await withdrawConsent(tx, about);
      else if (act === 'objects') await objectTo(tx, everything);
      else if (act === 'objects-to-this') await objectTo(tx, { ...everything, purpose: about.purpose });
      else if (act === 'is-restricted') await restrict(tx, { ...everything, ground: 'a' });
      else if (act === 'complains') await suppress('complaint');
      else if (act === 'bounces') await suppress('hard-bounce');
      else {
        await eraseContact(tx, { contactId: id, reason: 'request' });
        return;
      }
    }
  });
}

const row = fc.record({
  status: fc.constantFrom(...subscriptionStatuses, ''),
  statusAt: fc.constantFrom('', '2019-01-01 00:00:00', '2026-01-01 00:00:00'),
  optin: fc.constantFrom('', '2020-02-03 04:05:06', '2026-11-01 00:00:00'),
  name: fc.constantFrom('', 'Друга', 'Мария'),
  phone: fc.constantFrom('', '+359888123456'),
});

test('nobody who said no may be used for more after an import than before it, whatever they did and whatever the file says', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...acts), { minLength: 1, maxLength: 4 }),
      fc.array(row, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('consent', 'contract', 'legitimate-interests', 'unknown'),
      fc.boolean(),
      fc.boolean(),
      async (life, rows, basis, updateStatuses, updateProfiles) => {
        const email = `${unique('p')}@example.bg`;
        const purposes = await store.write(async (tx) => ({
          consent: await aNewsletter(tx),
          contract: await aPurpose(tx),
          'legitimate-interests': await aPurpose(tx, {
            legalBasis: 'legitimate-interests',
            isMarketing: true,
            channels: ['email', 'sms'],
          }),
        }));
        const purpose = basis === 'unknown' ? purposes.consent : purposes[basis as keyof typeof purposes];
        await live(email, purposes.consent, life);
        // What concerns marketing or this purpose; a customer who objects to marketing stays a customer.
        const hasSaidNo = life.some((act) => noes.has(act));
        const asked =
          basis === 'contract' ? [purposes.consent] : Object.values(purposes).filter(({ isMarketing }) => isMarketing);
        const allowed = async () => {
          const id = await findContactByEmail(store.db, email);
          const answers: boolean[] = [];
          for (const one of asked) {
            for (const channel of one.channels)
              answers.push(id !== undefined && (await mayProcess(store.db, id, one.id, channel)).allowed);
          }
          return answers;
        };
        const before = await allowed();
        const lines = rows.map(
          ({ status, statusAt, optin, name, phone }) =>
            `${email},${name},${optin},${optin && '192.0.2.7'},${status},${statusAt},${phone}`,
        );
        await bringIn(services, ['Email,Name,OptinTime,OptinIp,Status,StatusAt,Phone', ...lines].join('\n'), {
          purpose: purpose.slug,
          legalBasis: basis as 'consent',
          permissionGround: basis === 'legitimate-interests' ? 'soft-opt-in' : 'not-needed',
          updateStatuses,
          updateProfiles,
          mapping: [
            { column: 'Email', target: { to: 'email' } },
            { column: 'Name', target: { to: 'field', field: 'given_name' } },
            { column: 'OptinTime', target: { to: 'evidence', of: 'optin-time' } },
            { column: 'OptinIp', target: { to: 'evidence', of: 'optin-ip' } },
            {
              column: 'Status',
              target: {
                to: 'status',
                channel: 'email',
                yes: 'subscribed',
                no: 'unsubscribed',
                values: subscriptionStatuses.map((value) => ({ value, status: value })),
              },
            },
            { column: 'StatusAt', target: { to: 'status-time', channel: 'email' } },
            { column: 'Phone', target: { to: 'phone' } },
          ],
        });
        const after = await allowed();
        const said = new Set(life);
        const toAll = ['objects', 'is-restricted', 'complains', 'bounces', 'is-erased'] as const;
        after.forEach((may, at) => {
          // Refusing or withdrawing one purpose says nothing of another one that rests on something else.
          const isAboutThis = at < purposes.consent.channels.length || toAll.some((act) => said.has(act));
          const isEmail = at % 2 === 0;
          if (hasSaidNo && isAboutThis && isEmail && !before[at])
            expect(may, `${life} then ${JSON.stringify(rows)} by ${basis}`).toBe(false);
        });
        if (said.has('is-erased')) expect(await findContactByEmail(store.db, email)).toBeUndefined();
      },
    ),
    { numRuns: 60 },
  );
});

test('the database asks of facts exactly what it always did', async () => {
  // As 0003 put it; 0028 says the same in a form that is looked along in place.
  await store.owner(`create function facts_before(facts jsonb) returns boolean language sql immutable strict as $$
    select jsonb_typeof(facts) = 'object' and not exists (
      select from jsonb_each(facts) as fact(key, body)
      where fact.key !~ '^[a-z][a-z0-9_]{0,59}$'
         or jsonb_typeof(fact.body) <> 'object'
         or coalesce(jsonb_typeof(fact.body->'value'), '') <> 'string'
         or coalesce(jsonb_typeof(fact.body->'provenance'), '') <> 'array'
         or jsonb_array_length(fact.body->'provenance') = 0
         or fact.body->>'at' is null) $$`);
  const odd = fc.constantFrom<unknown>('x', '', 1, null, true, [], ['p'], {}, { value: 'x' });
  const body = fc.oneof(
    odd,
    fc.constant({ value: 'x', provenance: ['p'], at: '2026-01-01' }),
    fc.record({ value: odd, provenance: odd, at: fc.constantFrom<unknown>('2026', null, 1) }, { requiredKeys: [] }),
  );
  const key = fc.constantFrom('a', 'given_name', 'A', '', '1a', 'a-b', `a${'b'.repeat(60)}`, 'a\nb');
  const facts = fc.oneof(fc.dictionary(key, body, { maxKeys: 3 }), odd);
  await fc.assert(
    fc.asyncProperty(fc.array(facts, { minLength: 20, maxLength: 20 }), async (many) => {
      const { rows } = await store.owner(
        `select f from jsonb_array_elements($1::jsonb) f where jsonb_typeof(f) = 'object' and facts_before(f) is distinct from facts_are_accounted_for(f)
           or jsonb_typeof(f) <> 'object' and facts_are_accounted_for(f)`,
        [JSON.stringify(many)],
      );
      expect(rows).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
