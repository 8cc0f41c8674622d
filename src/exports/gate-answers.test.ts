import { describe, expect, test } from 'vitest';
import { expireConsents } from '#src/consent/expire-consents.ts';
import { objectTo } from '#src/consent/object.ts';
import { refuseConsent } from '#src/consent/refuse-consent.ts';
import { restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { mergeContacts } from '#src/merging/merge-contacts.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, aSource, staff, useStore } from '#test/support/factories.ts';

const store = useStore();

/** Asked about everyone together, about those far from one another, and about one by one. */
async function differences(purpose: Purpose, channel: string, ids: readonly string[]) {
  const { rows } = await store.owner(
    `select a.contact_id, a.reason as many, g.reason as one from gate_answers($1, $2, $3) a cross join lateral may_process(a.contact_id, $2, $3) g
      join may_process_many($1, $2, $3) m on m.contact_id = a.contact_id
      where (a.allowed, coalesce(a.reason, g.reason)) is distinct from (g.allowed, g.reason) or (m.allowed, m.reason) is distinct from (g.allowed, g.reason)`,
    [ids, purpose.id, channel],
  );
  return rows;
}

describe('The gate asked about many', () => {
  test('answers of each what it answers of one', async () => {
    const purposes = await store.write(async (tx) => [
      await aNewsletter(tx),
      await aPurpose(tx),
      await aPurpose(tx, { legalBasis: 'legitimate-interests', isMarketing: true, channels: ['email', 'phone', 'sms'] }),
    ]);
    const [newsletter, contract, offers] = purposes as [Purpose, Purpose, Purpose];
    const lives: readonly ((id: string) => Promise<unknown>)[] = [
      async () => {},
      (id) => store.write((tx) => aConsent(tx, id, newsletter, { evidence: {} })),
      (id) => store.write(async (tx) => withdrawConsent(tx, await anAct(tx, id, newsletter))),
      (id) => store.write(async (tx) => refuseConsent(tx, await anAct(tx, id, newsletter))),
      (id) =>
        store.write(async (tx) => objectTo(tx, { contactId: id, actor: staff, method: 'phone', sourceId: await aSource(tx) })),
      (id) =>
        store.write(async (tx) =>
          objectTo(tx, { contactId: id, purpose: contract, actor: staff, method: 'phone', sourceId: await aSource(tx) }),
        ),
      (id) =>
        store.write(async (tx) =>
          restrict(tx, { contactId: id, ground: 'a', actor: staff, method: 'phone', sourceId: await aSource(tx) }),
        ),
      (id) =>
        store.owner(
          `insert into suppression (match_hash, reason) select match_hash, 'erased' from contact_point where contact_id = $1 on conflict do nothing`,
          [id],
        ),
      (id) =>
        store.owner(
          `insert into suppression (match_hash, reason) select match_hash, 'hard-bounce' from contact_point where contact_id = $1 on conflict do nothing`,
          [id],
        ),
      (id) => store.owner(`update contact_point set is_primary = false where contact_id = $1`, [id]),
      (id) => store.owner(`update contact_point set match_key = 'new.' || match_key where contact_id = $1`, [id]),
    ];
    // What stands in quarantine is not changed by hand; here it shall have every address there can be.
    await store.owner('alter table contact_point disable trigger address_in_quarantine_is_left_alone');
    const ids: string[] = ['00000000-0000-7000-8000-000000000000'];
    for (let at = 0; at < lives.length ** 2; at++) {
      const purpose = [newsletter, contract, offers][at % 3] as Purpose;
      const id = await store.write((tx) =>
        aContact(tx, {
          purpose: (purpose === newsletter ? contract : purpose).id,
          legalBasis: at % 13 === 0 ? 'unknown' : purpose === offers ? 'legitimate-interests' : 'contract',
          ...(purpose === offers && at % 13 !== 0
            ? { permissionGround: at % 2 === 0 ? ('soft-opt-in' as const) : ('legal-entity' as const) }
            : {}),
          ...(at % 7 === 0 ? { email: undefined, phone: `+35988${String(1_000_000 + at)}` } : {}),
        }),
      );
      ids.push(id);
      // Two things happen to each, in every order there is.
      await lives[at % lives.length]?.(id);
      await lives[Math.floor(at / lives.length)]?.(id);
    }
    // United people: one whose other address said stop before, one whose other address is dead, and one of whom neither is so.
    const who = staff as Extract<typeof staff, { kind: 'staff' }>;
    const united: string[] = [];
    for (const reason of ['objected', 'hard-bounce', undefined]) {
      for (const purpose of [contract, offers]) {
        const about = {
          purpose: purpose.id,
          legalBasis: purpose.legalBasis,
          ...(purpose === offers ? { permissionGround: 'legal-entity' as const } : {}),
        };
        const [survivorId, absorbedId] = [
          await store.write((tx) => aContact(tx, about)),
          await store.write((tx) => aContact(tx, about)),
        ];
        await store.write((tx) => mergeContacts(tx, { survivorId, absorbedId, actor: who }));
        await store.write((tx) => aConsent(tx, survivorId, newsletter, { evidence: {} }));
        if (reason) {
          await store.owner(
            `insert into suppression (match_hash, reason, suppressed_at)
             select match_hash, $2, now() + interval '1 second' from contact_point where contact_id = $1 and came_from is not null`,
            [survivorId, reason],
          );
        }
        ids.push(survivorId, absorbedId);
        if (reason === 'objected') united.push(survivorId);
      }
    }
    await expireConsents(store.db);
    const reasons = new Set<string>();
    const compare = async () => {
      for (const purpose of [newsletter, contract, offers]) {
        for (const channel of ['email', 'sms', 'phone', 'post', 'none']) {
          for (const asked of [ids, ids.filter((_, at) => at % 17 === 0), ids.slice(40, 41), []]) {
            expect(await differences(purpose, channel, asked), `${purpose.slug} ${channel} ${asked.length}`).toEqual([]);
          }
          const { rows } = await store.owner('select coalesce(reason, $4) as reason from gate_answers($1, $2, $3)', [
            ids,
            purpose.id,
            channel,
            'yes',
          ]);
          expect(rows).toHaveLength(ids.length);
          for (const { reason } of rows) reasons.add(reason);
        }
      }
    };
    await compare();
    await store.owner(`update purpose set covers_from_version = 2 where id = $1`, [newsletter.id]);
    await compare();
    // Whose other address said stop is stopped: neither is asked in vain.
    const stopped = await store.owner('select reason from gate_answers($1, $2, $3)', [united, offers.id, 'email']);
    expect(stopped.rows.map(({ reason }) => reason)).toContain('suppressed');
    await store.owner(`update purpose set archived_at = now() where id = $1`, [offers.id]);
    expect(await differences(offers, 'email', ids)).toEqual([]);
    expect([...reasons].sort()).toEqual(
      [
        'yes',
        'address-not-confirmed',
        'basis-not-recorded',
        'channel-not-declared',
        'consent-never-asked',
        'consent-outdated',
        'consent-refused',
        'consent-withdrawn',
        'no-address',
        'no-channel-permission',
        'objected',
        'quarantined',
        'restricted',
        'suppressed',
        'unknown-contact',
        'merged',
      ].sort(),
    );
  });
});
