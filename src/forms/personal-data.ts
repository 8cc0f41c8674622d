import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { PersonalData } from '#src/personal-data.ts';

/** What came in through forms: what was typed and ticked, and what shows that it was. */
export const formsData: PersonalData = {
  slice: 'forms',
  tables: {
    form: { impersonal: 'forms and which version of each is published' },
    form_draft: { impersonal: 'what is being written of a form' },
    form_file: { impersonal: 'files of the company that forms send' },
    parental_confirmation: {
      columns: {
        submission_id: 'reference',
        guardian_id: 'reference',
        guardian_name: 'exported',
        asked_at: 'exported',
        confirmed_at: 'exported',
      },
      onErasure: 'deleted',
    },
    form_version: { impersonal: 'the words of forms' },
    form_site: { impersonal: 'sites a form may stand on' },
    form_return_address: { impersonal: 'pages of those sites people are sent back to' },
    form_mapping: { impersonal: 'what fields of other products’ forms mean here' },
    form_step_count: { impersonal: 'how many came how far with a form on which day; numbers only' },
    // What somebody typed with this address, and nobody knows whether its owner did: staff let it through or delete it, and
    // it is never given out or passed on. That it is there, why and until when is part of a person's copy.
    held_submission: {
      columns: {
        id: 'reference',
        form_id: 'exported',
        form_version_id: 'reference',
        language: 'exported',
        reason: 'exported',
        sealed: 'secret',
        match_hash: 'secret',
        received_at: 'exported',
        delete_after: 'exported',
      },
      onErasure: 'deleted',
    },
    flood_counter: { impersonal: 'keyed hashes of what was tried how often; forgotten after a month' },
    submission: {
      columns: {
        id: 'reference',
        form_version_id: 'exported',
        contact_id: 'reference',
        language: 'exported',
        status: 'exported',
        answers: 'exported',
        boxes: 'exported',
        evidence: 'exported',
        created_at: 'exported',
        expires_at: 'exported',
        settled_at: 'exported',
        under_age: 'exported',
      },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const rows = await db
      .selectFrom('submission')
      .innerJoin('form_version', 'form_version.id', 'submission.form_version_id')
      .innerJoin('form', 'form.id', 'form_version.form_id')
      .selectAll('submission')
      .select(['form.slug', 'form_version.number'])
      .where('submission.contact_id', '=', contactId)
      .orderBy('submission.id')
      .execute();
    const held = await heldOf(db, contactId)
      .innerJoin('form', 'form.id', 'held_submission.form_id')
      .select(['form.slug', 'language', 'reason', 'received_at', 'delete_after'])
      .orderBy('received_at')
      .execute();
    return [
      {
        section: 'submissions',
        items: rows.map((row) => ({
          fields: {
            form: row.slug,
            version: row.number,
            language: row.language,
            status: row.status,
            ...(row.answers as Record<string, string>),
            boxes: JSON.stringify(row.boxes),
            evidence: JSON.stringify(row.evidence),
            sent_at: row.created_at.toISOString(),
            expires_at: row.expires_at.toISOString(),
            settled_at: row.settled_at?.toISOString() ?? null,
            under_age: row.under_age,
          },
        })),
      },
      {
        section: 'held-submissions',
        items: held.map((row) => ({
          fields: {
            form: row.slug,
            language: row.language,
            reason: row.reason,
            received_at: row.received_at.toISOString(),
            delete_after: row.delete_after.toISOString(),
          },
        })),
      },
      { section: 'parental', items: (await listParental(db, contactId)).map((fields) => ({ fields })) },
    ];
  },

  /** What was typed under that field; an e-mail address is never among the answers. */
  async forget(tx, data) {
    await sql`
      update submission s set answers = s.answers - d.fields
        from (select "contactId" as contact_id, array_agg(field) as fields
                from jsonb_to_recordset(${JSON.stringify(data)}::jsonb) as d("contactId" uuid, field text) group by 1) d
       where s.contact_id = d.contact_id and s.answers ?| d.fields`.execute(tx);
  },

  async erase(tx, contactIds) {
    await sql`delete from submission where contact_id = any(${contactIds}::uuid[])`.execute(tx);
    await sql`
      delete from held_submission
       where match_hash in (select match_hash from contact_point where contact_id = any(${contactIds}::uuid[]))`.execute(tx);
  },
};

/** What was put aside under an address of theirs. */
function heldOf(db: Database, contactId: string) {
  return db
    .selectFrom('held_submission')
    .where('held_submission.match_hash', 'in', (query) =>
      query.selectFrom('contact_point').select('contact_point.match_hash').where('contact_point.contact_id', '=', contactId),
    );
}

/** What a child's parent was asked and said: given to both, to each without the address of the other. */
async function listParental(db: Database, contactId: string) {
  const rows = await db
    .selectFrom('parental_confirmation as p')
    .innerJoin('submission', 'submission.id', 'p.submission_id')
    .innerJoin('form_version', 'form_version.id', 'submission.form_version_id')
    .innerJoin('form', 'form.id', 'form_version.form_id')
    .select(['form.slug', 'form_version.number', 'p.guardian_id', 'p.guardian_name', 'p.asked_at', 'p.confirmed_at'])
    .where((eb) => eb.or([eb('submission.contact_id', '=', contactId), eb('p.guardian_id', '=', contactId)]))
    .orderBy('p.asked_at')
    .execute();
  return rows.map((row) => ({
    role: row.guardian_id === contactId ? 'parent' : 'child',
    form: row.slug,
    version: row.number,
    parent_name: row.guardian_name,
    asked_at: row.asked_at.toISOString(),
    confirmed_at: row.confirmed_at?.toISOString() ?? null,
  }));
}
