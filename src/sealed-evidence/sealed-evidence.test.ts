import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import type { Evidence } from '#src/ledger/entry.ts';
import { openedLeafHash } from '#src/ledger/leaf.ts';
import { addStaffMember } from '#src/staff/add-staff-member.ts';
import type { Role } from '#src/staff/roles.ts';
import { dumpAsText, tablesWith } from '#test/support/digest.ts';
import { aConsent, aContact, aNewsletter, anAct, testKeys, unique, useStore } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import { type AddressKey, handleOf, saysNobody, seal, unseal } from './capsule.ts';
import { forgetExpiredEvidence, listCapsules, shortenCapsule } from './capsules.ts';
import { decideOpening } from './decide-opening.ts';
import { eraseKeepingEvidence } from './erase-keeping-evidence.ts';
import { findOpening } from './list-openings.ts';
import { openEvidence } from './open-evidence.ts';
import { decideKeeping, findEvidencePolicy, type KeepingWish, saveEvidencePolicy } from './policy.ts';
import { requestOpening } from './request-opening.ts';

const store = useStore();
const signLog = () => sequenceLog({ db: store.db, keys: testKeys, publicUrl: 'https://crm.primer.bg' });
const claims = { ground: 'legal-claims', necessity: 'Предявен иск пред Софийски районен съд' } as const;
const staffOf = new Map<string, string>();

beforeAll(async () => {
  for (const [name, role] of Object.entries({ anna: 'dpo', boris: 'owner', vera: 'owner', sales: 'sales', auditor: 'auditor' })) {
    const id = await store.write((tx) =>
      addStaffMember(tx, {
        name,
        email: `${name}@example.bg`,
        role: role as Role,
        language: 'bg',
        password: 'correct horse battery',
      }),
    );
    staffOf.set(name, id ?? '');
  }
});
const member = (name: string) => staffOf.get(name) as string;

/** Somebody who consented on our page, and whose last word is not in the log yet. */
async function aPerson(evidence: Record<string, string> = { shown: 'here', ipPrefix: '203.0.113.0/24' }) {
  const email = `${unique('ivan')}@example.bg`;
  const { contactId, newsletter } = await store.write(async (tx) => {
    const newsletter = await aNewsletter(tx);
    const contactId = await aContact(tx, { email });
    await aConsent(tx, contactId, newsletter, { evidence });
    return { contactId, newsletter };
  });
  await signLog();
  await store.write(async (tx) => withdrawConsent(tx, await anAct(tx, contactId, newsletter)));
  return { contactId, email, address: { kind: 'email', matchKey: email } };
}

const erase = (contactId: string, wish: KeepingWish, reason: 'request' | 'staff' | 'retention' = 'request') =>
  store.write((tx) => eraseKeepingEvidence(tx, testKeys, { contactId, reason }, wish));
const ask = (address: AddressKey, by = 'anna') =>
  store.write((tx) =>
    requestOpening(tx, testKeys, { address, ground: 'court', reference: 'гр.д. 1234/2026 СРС', requestedBy: member(by) }),
  );
const decide = (id: string, by = 'boris', decision: 'approved' | 'refused' = 'approved') =>
  store.write((tx) => decideOpening(tx, { id, decidedBy: member(by), decision }));
const open = (id: string, address: AddressKey, by = 'anna') =>
  store.write((tx) => openEvidence(tx, testKeys, { id, openedBy: member(by), address }));
const capsules = async () => (await store.owner('select * from evidence_capsule order by id')).rows;

describe('At an erasure', () => {
  test('nothing is kept where nobody has documented why', async () => {
    const before = await capsules();
    const { contactId } = await aPerson();
    expect(await erase(contactId, undefined)).toEqual({ outcome: 'erased', kept: undefined });
    expect(await capsules()).toEqual(before);
  });

  test('the consents are sealed where the reason is documented, and go by themselves after five years', async () => {
    const { contactId } = await aPerson();
    const { outcome, kept } = await erase(contactId, claims);
    expect(outcome).toBe('erased');
    const { rows } = await store.owner(`select (current_date + interval '60 months')::date::text as day`);
    expect(kept).toEqual({ ground: 'legal-claims', events: 2, keepUntil: rows[0].day });
  });

  test('whoever decides may say less time than the policy, and never more', () => {
    const policy = { keepsByDefault: false, ground: 'legal-claims', necessity: null, retentionMonths: 36 } as const;
    expect(decideKeeping(policy, { ...claims, months: 6 })).toMatchObject({ months: 6, decidedBy: 'staff' });
    expect(decideKeeping(policy, { ...claims, months: 60 })).toMatchObject({ months: 36 });
    expect(decideKeeping(policy, undefined)).toBeUndefined();
    const standing = { ...policy, keepsByDefault: true, necessity: 'Рекламации по чл. 127 ЗЗП' } as const;
    expect(decideKeeping(standing, undefined)).toMatchObject({ months: 36, decidedBy: 'policy' });
    expect(decideKeeping(standing, 'nothing'), 'staff may decide against the policy').toBeUndefined();
  });

  test('the policy keeps by itself only with a documented reason; the database refuses one without', async () => {
    await expect(store.app('update evidence_policy set keeps_by_default = true')).rejects.toMatchObject({ code: '23514' });
    await expect(store.app(`update evidence_policy set keeps_by_default = true, necessity = 'кратко'`)).rejects.toMatchObject({
      code: '23514',
    });
    await expect(store.app('update evidence_policy set retention_months = 61')).rejects.toMatchObject({ code: '23514' });
    const standing = {
      keepsByDefault: true,
      ground: 'legal-claims',
      necessity: 'Срокът за искове по чл. 110 ЗЗД',
      retentionMonths: 12,
    } as const;
    await store.write((tx) => saveEvidencePolicy(tx, standing, member('anna')));
    expect(await findEvidencePolicy(store.db)).toEqual(standing);
    const { contactId } = await aPerson();
    expect((await erase(contactId, undefined)).kept).toMatchObject({ events: 2 });
    await store.write((tx) =>
      saveEvidencePolicy(tx, { ...standing, keepsByDefault: false, retentionMonths: 60 }, member('anna')),
    );
  });

  test('somebody who never consented leaves nothing to keep', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    expect(await erase(contactId, claims)).toEqual({ outcome: 'erased', kept: undefined });
  });

  test('a capsule is made at no other time, whoever tries', async () => {
    const insert = `insert into evidence_capsule (id, ground, sealed, keep_until) values (gen_random_uuid(), 'legal-claims', $1, current_date + 30)`;
    await expect(store.app(insert, [randomBytes(64)])).rejects.toMatchObject({ code: 'SG007' });
    await expect(store.owner(insert, [randomBytes(64)])).rejects.toMatchObject({ code: 'SG007' });
  });

  test('nothing in the database says who was kept: no address, no id, not the hash of the suppression', async () => {
    const { contactId, email } = await aPerson({ shown: 'here', note: 'Обади се Маркерътжъл Петров' });
    const { rows: hashes } = await store.owner('select match_hash from contact_point where contact_id = $1', [contactId]);
    const { rows: entries } = await store.owner('select id from ledger_entry where contact_id = $1', [contactId]);
    await erase(contactId, claims);
    expect(await tablesWith(store.urls.ownerUrl, [email, 'Маркерътжъл'])).toEqual([]);
    expect(await tablesWith(store.urls.ownerUrl, [contactId])).toEqual(['saglasie.erasure_journal']);
    const dump = await dumpAsText(store.urls.ownerUrl);
    const kept = [...(dump.get('saglasie.evidence_capsule') ?? []), ...(dump.get('saglasie.evidence_handle') ?? [])].join('\n');
    for (const secret of [contactId, hashes[0].match_hash.toString('hex'), ...entries.map(({ id }) => id)]) {
      expect(kept).not.toContain(secret);
    }
  });
});

describe('A capsule', () => {
  const content = { format: 'saglasie-capsule', version: 1, ...claims, decidedBy: 'staff', events: [] } as const;
  const address = { kind: 'email', matchKey: 'ivan@example.bg' };

  test('opens with the address and the evidence secret, and with nothing less', () => {
    const id = randomUUID();
    const { sealed, handles } = seal(testKeys, id, content, [address, { kind: 'phone', matchKey: '+359888123456' }]);
    const [first, second] = handles.map(({ wrappedKey }) => ({ id, sealed, wrappedKey }));
    if (!first || !second) throw new Error('two addresses are two handles');
    expect(unseal(testKeys, first, address)).toEqual(content);
    expect(unseal(testKeys, second, { kind: 'phone', matchKey: '+359888123456' })).toEqual(content);
    const refused = [
      () => unseal(testKeys, first, { ...address, matchKey: 'ivan2@example.bg' }),
      () => unseal(testKeys, first, { ...address, kind: 'phone' }),
      () => unseal(testKeys, second, address),
      () => unseal(keysFrom(randomBytes(32)), first, address),
      () => unseal(testKeys, { ...first, id: randomUUID() }, address),
      ...[0, 12, 40, sealed.length - 1].map((at) => () => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] as number) ^ 1;
        return unseal(testKeys, { ...first, sealed: changed }, address);
      }),
    ];
    for (const attempt of refused) expect(attempt).toThrow();
    expect(handleOf(testKeys, address)).not.toEqual(testKeys.matchHash('email', address.matchKey));
  });

  test('keeps the words of an entry only when none of them can name anybody', () => {
    const named: Evidence[] = [
      { note: 'иван' },
      { said: 'ivan' },
      { agent: 'ivan@example.bg' },
      { ipPrefix: '203.0.113.7' },
      { page: 'shop.example/?email=ivan' },
      { submission: 'ivan' },
      { number: 359888123456 },
      { constructor: 'ivan' },
      // Somebody else, who may still be here.
      { guardian: randomUUID() },
      { log: 'Иван' },
    ];
    for (const evidence of named) expect(saysNobody({ evidence }), JSON.stringify(evidence)).toBe(false);
    const nameless = [
      undefined,
      {},
      { shown: 'here', submission: randomUUID(), ipPrefix: '203.0.113.0/24', agent: 'Mozilla/5.0 (X11; Linux)' },
      // What the pages of forms write: in a frame, by a copied form, after a parent agreed.
      { shown: 'here', place: 'frame', claims: '12', guardianAgreedAt: '2026-11-24T10:00:00.000Z', pageSha256: 'ab'.repeat(32) },
      {
        package: randomUUID(),
        log: 'old.example.bg/ledger',
        entry: randomUUID(),
        position: 7,
        originalMethod: 'form',
        grade: 'A',
      },
      { ipPrefix: '2001:db8:1::/48', page: 'shop.example', shownAt: '2026-11-24T10:00:00.000Z', at: 7, yes: true, none: null },
    ];
    for (const evidence of nameless) expect(saysNobody(evidence ? { evidence } : {}), JSON.stringify(evidence)).toBe(true);
  });

  test('stays as it was sealed: no byte changes, no row goes, its day never moves away, whoever tries', async () => {
    const { contactId } = await aPerson();
    await erase(contactId, claims);
    const statements = [
      `update evidence_capsule set sealed = sealed || '\\x00'`,
      `update evidence_capsule set ground = 'legal-obligation' where ground = 'legal-claims'`,
      `update evidence_capsule set keep_until = keep_until + 1`,
      `update evidence_capsule set sealed_on = sealed_on - 1`,
      'delete from evidence_capsule',
      'truncate evidence_capsule cascade',
      `update evidence_handle set handle = sha256('x')`,
      'delete from evidence_handle',
      'truncate evidence_handle',
      'delete from evidence_opening',
      'truncate evidence_opening',
    ];
    await ask({ kind: 'email', matchKey: 'nobody@example.bg' });
    for (const statement of statements) {
      await expect(store.owner(statement), statement).rejects.toMatchObject({ code: 'SG001' });
      await expect(store.app(statement), statement).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|SG001)$/) });
    }
  });

  test('cannot be read by the application, nor its handles: not even whether there is one', async () => {
    for (const column of ['sealed', '*']) {
      await expect(store.app(`select ${column} from evidence_capsule`)).rejects.toMatchObject({ code: '42501' });
    }
    await expect(store.app('select capsule_id from evidence_handle')).rejects.toMatchObject({ code: '42501' });
    await expect(store.app('select handle from evidence_opening')).rejects.toMatchObject({ code: '42501' });
    await expect(store.app('update evidence_opening set opened_at = now(), found = true')).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('goes on its day, with its handles, and can be made to go sooner', async () => {
    const { contactId, address: theirs } = await aPerson();
    await erase(contactId, { ...claims, months: 1 });
    const [mine] = (await listCapsules(store.db)).toSorted((one, other) => one.keepUntil.localeCompare(other.keepUntil));
    if (!mine) throw new Error('the capsule is listed');
    expect(await store.write((tx) => shortenCapsule(tx, mine.id, '2099-01-01'))).toBe('later');
    expect(await store.write((tx) => shortenCapsule(tx, randomUUID(), '2026-01-01'))).toBe('unknown');
    expect(await forgetExpiredEvidence(store.db)).toBe(0);
    expect(await store.write((tx) => shortenCapsule(tx, mine.id, '2026-01-01')), 'a day that is past is today').toBe('shortened');
    expect((await listCapsules(store.db)).some(({ id }) => id === mine.id)).toBe(false);
    expect((await store.owner('select from evidence_handle where capsule_id = $1', [mine.id])).rowCount).toBe(0);
    const id = await ask(theirs);
    await decide(id);
    expect(await open(id, theirs)).toEqual([]);
  });
});

describe('Two people', () => {
  test('open a capsule together, once, and what is in it proves every consent', async () => {
    const { contactId, address } = await aPerson();
    const { rows: entries } = await store.owner(
      'select id, kind, leaf_hash from ledger_entry where contact_id = $1 order by id',
      [contactId],
    );
    await erase(contactId, claims);
    await signLog();
    const id = await ask(address);
    expect(await open(id, address), 'before anybody agreed').toBe('not-open');
    expect(await decide(id, 'anna'), 'whoever asked does not agree to it').toBe('own-request');
    expect(await decide(id)).toBe('decided');
    expect(await open(id, address, 'boris'), 'whoever agreed does not open it').toBe('not-open');
    expect(await open(id, { kind: 'email', matchKey: 'ivan-2@example.bg' }), 'another address than was asked about').toBe(
      'other-address',
    );

    const opened = await open(id, address);
    if (typeof opened === 'string') throw new Error(opened);
    const [capsule] = opened;
    expect(capsule?.content).toMatchObject({ ...claims, decidedBy: 'staff' });
    const events = capsule?.content.events ?? [];
    const consents = entries.filter(({ kind }) => kind.startsWith('consent-'));
    expect(events.map(({ entry, kind }) => [entry, kind])).toEqual(consents.map((row) => [row.id, row.kind]));
    for (const [at, event] of events.entries()) {
      const { canonical, entryKey } = event.opens ?? {};
      expect(openedLeafHash(Buffer.from(entryKey ?? '', 'hex'), canonical ?? '')).toEqual(consents[at].leaf_hash);
      expect(event.tlogProof, 'also of the one that had no place in the log yet').toContain('c2sp.org/tlog-proof@v1');
    }
    expect(await findOpening(store.db, id)).toMatchObject({ status: 'opened', found: true });
    expect(await open(id, address), 'a second time').toBe('not-open');
    const { rows: audit } = await store.owner(`select actor_id, action from audit_entry where subject_id = $1`, [id]);
    expect(audit).toEqual([{ actor_id: member('anna'), action: 'evidence.opened' }]);
  });

  test('learn of somebody of whom nothing is kept that nothing is, and only then', async () => {
    const address = { kind: 'email', matchKey: 'stranger@example.bg' };
    const id = await ask(address);
    await decide(id);
    expect(await open(id, address)).toEqual([]);
    expect(await findOpening(store.db, id)).toMatchObject({ status: 'opened', found: false });
  });

  test('are two: the database takes no approval by the one who asked, nor by somebody who may not, nor a second one', async () => {
    const address = { kind: 'email', matchKey: 'x@example.bg' };
    const id = await ask(address);
    const approve = (by: string, who: typeof store.app = store.app) =>
      who(`update evidence_opening set decision = 'approved', decided_by = $2 where id = $1`, [id, member(by)]);
    await expect(approve('anna')).rejects.toMatchObject({ code: '23514', constraint: 'two_people_open_evidence' });
    await expect(approve('anna', store.owner)).rejects.toMatchObject({ code: '23514' });
    for (const by of ['sales', 'auditor']) await expect(approve(by), by).rejects.toMatchObject({ code: 'SG007' });
    await expect(ask(address, 'sales')).rejects.toMatchObject({ code: 'SG007' });
    await approve('boris');
    await expect(
      store.app(`update evidence_opening set decision = 'refused', decided_by = $2 where id = $1`, [id, member('vera')]),
    ).rejects.toMatchObject({ code: 'SG007' });
    expect(await decide(id, 'vera')).toBe('not-waiting');
  });

  test('cannot be one who left: whoever may not sign in any more opens nothing', async () => {
    const { contactId, address } = await aPerson();
    await erase(contactId, claims);
    const id = await ask(address);
    await decide(id, 'vera');
    await store.owner('update staff_member set disabled_at = now() where id = $1', [member('vera')]);
    await expect(open(id, address)).rejects.toMatchObject({ code: 'SG007' });
    await store.owner('update staff_member set disabled_at = null where id = $1', [member('vera')]);
    expect(await open(id, address)).toHaveLength(1);
  });

  test('have seven days to agree and one to open; then even the hash of the address is gone', async () => {
    const address = { kind: 'email', matchKey: 'slow@example.bg' };
    const [waiting, approved] = [await ask(address), await ask(address)];
    await decide(approved);
    await store.owner('alter table evidence_opening disable trigger user');
    await store.owner(
      `update evidence_opening set requested_at = requested_at - interval '8 days', decided_at = decided_at - interval '25 hours'
      where id in ($1, $2)`,
      [waiting, approved],
    );
    await store.owner('alter table evidence_opening enable trigger user');
    for (const id of [waiting, approved]) expect(await findOpening(store.db, id)).toMatchObject({ status: 'lapsed' });
    expect(await decide(waiting)).toBe('not-waiting');
    await expect(
      store.app(`update evidence_opening set decision = 'approved', decided_by = $2 where id = $1`, [waiting, member('boris')]),
    ).rejects.toMatchObject({ code: 'SG007' });
    await expect(store.app('select * from open_evidence($1, $2)', [approved, member('anna')])).rejects.toMatchObject({
      code: 'SG007',
    });
    await forgetExpiredEvidence(store.db);
    const { rows } = await store.owner('select handle from evidence_opening where id in ($1, $2)', [waiting, approved]);
    expect(rows.map(({ handle }) => handle)).toEqual([null, null]);
  });

  test('write no address into the case they ask for', async () => {
    await expect(
      store.app(
        `insert into evidence_opening (handle, ground, reference, requested_by) values (sha256('x'), 'claim', 'ivan@example.bg', $1)`,
        [member('anna')],
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});
