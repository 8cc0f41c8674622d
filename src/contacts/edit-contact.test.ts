import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { endBasis } from '#src/consent/assert-basis.ts';
import { liftRestriction, restrict } from '#src/consent/restrict.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aContact, aPurpose, aSource, staff, testKeys, unique, useStore } from '#test/support/factories.ts';
import { describeContact } from './describe-contact.ts';
import { type ContactEdit, editContact } from './edit-contact.ts';

const store = useStore();
let purpose: Purpose;
beforeAll(async () => {
  purpose = await store.write((tx) => aPurpose(tx));
});

const edit = (contactId: string, changes: ContactEdit['changes'], rest: Partial<ContactEdit> = {}) =>
  store.write((tx) =>
    editContact(
      tx,
      testKeys,
      contactId,
      {
        source: { kind: 'person', label: 'Обаждане на 23.11.2026', obtainedFrom: 'data-subject' },
        purpose: purpose.id,
        legalBasis: 'contract',
        changes,
        ...rest,
      },
      staff,
    ),
  );
const historyOf = (contactId: string) =>
  store
    .app(
      'select field, old_value, new_value, reason, changed_by_kind, changed_by from contact_change where contact_id = $1 order by id',
      [contactId],
    )
    .then(({ rows }) => rows);
const factOf = async (contactId: string, field: string) =>
  (await describeContact(store.db, contactId))?.facts.find((fact) => fact.field === field);

describe('editContact', () => {
  test('keeps what was there before, with who changed it and why', async () => {
    const contactId = await store.write((tx) => aContact(tx, { familyName: 'Георгиева', phone: '0888123456' }));
    await edit(
      contactId,
      { familyName: 'Иванова', city: 'Русе', phone: '0888765432', givenName: null },
      { reason: 'омъжи се', language: 'en', country: 'DE' },
    );
    const by = { reason: 'омъжи се', changed_by_kind: 'staff', changed_by: '01920000-0000-7000-8000-000000000001' };
    expect(await historyOf(contactId)).toEqual(
      expect.arrayContaining([
        { field: 'family_name', old_value: 'Георгиева', new_value: 'Иванова', ...by },
        { field: 'given_name', old_value: 'Мария', new_value: null, ...by },
        { field: 'city', old_value: null, new_value: 'Русе', ...by },
        { field: 'language', old_value: 'bg', new_value: 'en', ...by },
        { field: 'country', old_value: null, new_value: 'DE', ...by },
      ]),
    );
    expect(await factOf(contactId, 'given_name')).toBeUndefined();
  });

  test('a changed value comes with its own account; what did not change keeps its old one', async () => {
    const contactId = await store.write((tx) => aContact(tx, { purpose: purpose.id }));
    await edit(contactId, { givenName: 'Мария', familyName: 'Петрова' });
    expect((await factOf(contactId, 'given_name'))?.provenance[0]?.source.label).toBe('Панаир Пловдив 2026');
    expect((await factOf(contactId, 'family_name'))?.provenance[0]?.source.label).toBe('Обаждане на 23.11.2026');
    expect((await historyOf(contactId)).map(({ field }) => field)).toEqual(['family_name']);
  });

  test('needs an account, and takes no consent typed in by staff', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    for (const wrong of [
      { purpose: 'no-such-purpose' },
      { legalBasis: 'consent' },
      { legalBasis: 'legal-obligation' },
      { legalBasis: 'unknown' },
    ] as const) {
      await expect(edit(contactId, { city: 'Русе' }, wrong), JSON.stringify(wrong)).rejects.toMatchObject({ status: 422 });
    }
    expect(await factOf(contactId, 'city')).toBeUndefined();
  });

  test('is refused while the data may only be stored, and possible again afterwards', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    const about = await store.write(async (tx) => ({ contactId, sourceId: await aSource(tx), actor: staff, method: 'phone' }));
    await store.write((tx) => restrict(tx, { ...about, ground: 'a' }));
    await expect(edit(contactId, { city: 'Русе' })).rejects.toMatchObject({ code: 'restricted', status: 409 });
    await store.write((tx) => liftRestriction(tx, { ...about, toldAt: new Date() }));
    await edit(contactId, { city: 'Русе' });
    expect((await factOf(contactId, 'city'))?.value).toBe('Русе');
  });

  test('gives no contact the address of another', async () => {
    const [contactId, other] = [await store.write((tx) => aContact(tx)), await store.write((tx) => aContact(tx))];
    const taken = (await describeContact(store.db, other))?.points[0]?.value ?? '';
    await expect(edit(contactId, { email: taken.toUpperCase() })).rejects.toMatchObject({
      code: 'address-taken',
      members: { contactId: other },
    });
    expect((await describeContact(store.db, contactId))?.points).toHaveLength(1);
  });

  test('names the field as the caller wrote it', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    await expect(edit(contactId, { email: 'maria', phone: '1' })).rejects.toMatchObject({
      fields: [
        { field: 'changes.email', code: 'invalid-email' },
        { field: 'changes.phone', code: 'invalid-phone' },
      ],
    });
  });

  test('a new address is found, shown and unverified; the old one is free again', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    const [old] = (await describeContact(store.db, contactId))?.points ?? [];
    const email = `${unique('nova')}@example.bg`;
    await edit(contactId, { email });
    const { rows } = await store.app('select primary_email, search_text from contact where id = $1', [contactId]);
    expect(rows[0].primary_email).toBe(email);
    expect(rows[0].search_text).toContain(email);
    expect(rows[0].search_text).not.toContain(old?.value);
    expect((await describeContact(store.db, contactId))?.points).toMatchObject([
      { value: email, verifiedAt: null, isPrimary: true },
    ]);
    await store.write((tx) => aContact(tx, { email: old?.value }));
  });

  test('a no follows the person to the new address, a dead mailbox does not', async () => {
    const offers = await store.write((tx) =>
      aPurpose(tx, { legalBasis: 'legitimate-interests', isMarketing: true, channels: ['email'] }),
    );
    const [objector, bounced] = await store.write(async (tx) => {
      const add = () =>
        aContact(tx, { purpose: offers.id, legalBasis: 'legitimate-interests', permissionGround: 'legal-entity' });
      return [await add(), await add()] as const;
    });
    const suppress = (contactId: string, reason: string) =>
      store.app('insert into suppression (match_hash, reason) select match_hash, $2 from contact_point where contact_id = $1', [
        contactId,
        reason,
      ]);
    await suppress(objector, 'objected');
    await suppress(bounced, 'hard-bounce');
    for (const contactId of [objector, bounced]) {
      expect(await mayProcess(store.db, contactId, offers.id, 'email')).toMatchObject({ reason: 'suppressed' });
      await edit(contactId, { email: `${unique('nova')}@example.bg` });
    }
    expect(await mayProcess(store.db, objector, offers.id, 'email')).toMatchObject({ allowed: false, reason: 'suppressed' });
    expect(await mayProcess(store.db, bounced, offers.id, 'email')).toMatchObject({ allowed: true });
  });

  test('someone who came through a form becomes a customer by it; a basis that was ended does not come back', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    const other = await store.write((tx) => aPurpose(tx));
    const stated = { purpose: other.id, legalBasis: 'contract' as const };
    expect((await mayProcess(store.db, contactId, other.id, 'none')).reason).toBe('basis-not-recorded');

    await edit(contactId, { city: 'Русе' }, stated);
    expect(await mayProcess(store.db, contactId, other.id, 'none')).toMatchObject({ allowed: true, legalBasis: 'contract' });

    const sourceId = await store.write((tx) => aSource(tx));
    const ending = { contactId, purpose: other, channel: 'none' as const, sourceId, actor: staff, method: 'phone' };
    await store.write((tx) => endBasis(tx, ending));
    await edit(contactId, { city: 'Видин' }, stated);
    expect((await mayProcess(store.db, contactId, other.id, 'none')).reason).toBe('basis-ended');
  });

  test('of two edits at once both are there afterwards', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    await Promise.all([
      edit(contactId, { city: 'Русе' }),
      edit(contactId, { company: 'Роза ООД' }),
      edit(contactId, { jobTitle: 'Управител' }),
      edit(contactId, { note: 'VIP' }),
    ]);
    for (const field of ['city', 'company', 'job_title', 'note']) expect(await factOf(contactId, field), field).toBeDefined();
  });

  test('an unknown contact is not found', async () => {
    await expect(edit(randomUUID(), { city: 'Русе' })).rejects.toMatchObject({ status: 404 });
  });
});
