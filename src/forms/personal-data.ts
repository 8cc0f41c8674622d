import type { PersonalData } from '#src/personal-data.ts';

/** What came in through forms: what was typed and ticked, and what shows that it was. */
export const formsData: PersonalData = {
  slice: 'forms',
  tables: {
    form: { impersonal: 'forms and which version of each is published' },
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
          },
        })),
      },
    ];
  },

  async erase(tx, contactId) {
    await tx.deleteFrom('submission').where('contact_id', '=', contactId).execute();
  },
};
