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
      { section: 'parental', items: (await listParental(db, contactId)).map((fields) => ({ fields })) },
    ];
  },

  async erase(tx, contactId) {
    await tx.deleteFrom('submission').where('contact_id', '=', contactId).execute();
  },
};

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
