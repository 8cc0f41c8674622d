import { sql } from 'kysely';
import type { PersonalData } from '#src/personal-data.ts';
import { findProvenances } from '#src/sources/find-provenance.ts';
import { describeContact } from './describe-contact.ts';

export const contactsData: PersonalData = {
  slice: 'contacts',
  tables: {
    contact: {
      columns: {
        id: 'reference',
        state: 'exported',
        language: 'exported',
        country: 'exported',
        facts: 'exported',
        origin_id: 'exported',
        repaired_id: 'exported',
        given_name: 'derived',
        family_name: 'derived',
        company: 'derived',
        sort_name: 'derived',
        primary_email: 'derived',
        search_text: 'derived',
        created_at: 'exported',
        updated_at: 'exported',
      },
      onErasure: 'deleted',
    },
    contact_point: {
      columns: {
        id: 'reference',
        contact_id: 'reference',
        kind: 'exported',
        original: 'exported',
        normalised: 'exported',
        match_key: 'derived',
        match_hash: 'secret',
        provenance_ids: 'exported',
        is_primary: 'exported',
        verified_at: 'exported',
        must_confirm: 'exported',
        came_from: 'reference',
        created_at: 'exported',
      },
      onErasure: 'deleted',
    },
    contact_change: {
      columns: {
        id: 'reference',
        contact_id: 'reference',
        field: 'exported',
        old_value: 'exported',
        new_value: 'exported',
        reason: 'exported',
        changed_by_kind: 'exported',
        changed_by: 'reference',
        changed_at: 'exported',
        provenance_ids: 'exported',
        merge_id: 'reference',
        is_forgotten: 'exported',
      },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const contact = await describeContact(db, contactId);
    if (!contact) return [];
    const changes = await db
      .selectFrom('contact_change')
      .select(['field', 'old_value', 'new_value', 'reason', 'changed_by_kind', 'changed_at', 'provenance_ids', 'is_forgotten'])
      .where('contact_id', '=', contactId)
      .orderBy('id')
      .execute();
    const accounts = await findProvenances(
      db,
      changes.flatMap((change) => change.provenance_ids ?? []),
    );
    return [
      {
        section: 'record',
        items: [
          {
            fields: {
              state: contact.state,
              language: contact.language,
              country: contact.country,
              created_at: contact.createdAt.toISOString(),
              updated_at: contact.updatedAt.toISOString(),
            },
            provenance: [contact.origin, ...(contact.repaired ? [contact.repaired] : [])],
          },
        ],
      },
      {
        section: 'facts',
        items: contact.facts.map((fact) => ({
          fields: { [fact.field]: fact.value, recorded_at: fact.changedAt.toISOString() },
          provenance: fact.provenance,
        })),
      },
      {
        section: 'addresses',
        items: contact.points.map((point) => ({
          fields: {
            [point.kind]: point.value,
            as_written: point.original,
            primary: point.isPrimary,
            verified_at: point.verifiedAt?.toISOString() ?? null,
            waits_for_confirmation: point.mustConfirm,
            recorded_at: point.createdAt.toISOString(),
          },
          provenance: point.provenance,
        })),
      },
      {
        section: 'changes',
        items: changes.map((change) => ({
          fields: {
            field: change.field,
            old_value: change.old_value,
            new_value: change.new_value,
            reason: change.reason,
            changed_by: change.changed_by_kind,
            changed_at: change.changed_at.toISOString(),
            ...(change.is_forgotten ? { forgotten: true } : {}),
          },
          ...(change.provenance_ids ? { provenance: change.provenance_ids.flatMap((id) => accounts.get(id) ?? []) } : {}),
        })),
      },
    ];
  },

  async forget(tx, data) {
    const facts = JSON.stringify(data.filter(({ pointId }) => pointId === undefined));
    const points = data.flatMap(({ pointId }) => pointId ?? []);
    await sql`
      update contact c set facts = c.facts - d.fields
        from (select "contactId" as contact_id, array_agg(field) as fields
                from jsonb_to_recordset(${facts}::jsonb) as d("contactId" uuid, field text) group by 1) d
       where c.id = d.contact_id`.execute(tx);
    await sql`delete from contact_point where id = any(${points}::uuid[])`.execute(tx);
    const all = JSON.stringify(data);
    await sql`
      update contact_change g set old_value = null, new_value = null, is_forgotten = true
        from jsonb_to_recordset(${all}::jsonb) as d("contactId" uuid, field text)
       where g.contact_id = d."contactId" and g.field = d.field and not g.is_forgotten`.execute(tx);
    await sql`
      insert into contact_change (contact_id, field, reason, changed_by_kind, is_forgotten)
      select "contactId", field, 'retention', 'system', true
        from jsonb_to_recordset(${all}::jsonb) as d("contactId" uuid, field text)`.execute(tx);
  },

  async erase(tx, contactIds) {
    await sql`delete from contact where id = any(${contactIds}::uuid[])`.execute(tx);
  },
};
