import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { publicTexts } from '#src/forms/public-texts.ts';
import { purposeLines } from '#src/forms/show-form.ts';
import { tellingTexts } from '#src/information-duty/telling-texts.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import { recordNotice } from '#src/notices/record-notice.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { isThirdCountry } from '#src/register/activity.ts';
import { type Controller, findController } from '#src/register/controller.ts';
import { listFields } from '#src/register/find-field.ts';

/** What a person must be told whose data came from somebody else (Art. 14(1)–(2)), and which sources it speaks of. */
export interface TellingNotice {
  readonly texts: Readonly<Record<Language, readonly string[]>>;
  readonly sourceIds: readonly string[];
  readonly slug: string;
}

/**
 * Composes the notice of one person from what is recorded today: who we are, what each purpose says, which of their data came
 * from where. People of whom the same is recorded get the same text. Undefined when there is nothing to tell, or nobody to tell
 * it: before set-up there is no controller.
 */
export async function composeNotice(db: Database, contactId: string): Promise<TellingNotice | undefined> {
  const { rows } = await sql<{
    source_id: string;
    label: string;
    purpose_id: string;
    legal_basis: string;
    key: string;
  }>`
    with held as (
      select c.origin_id as provenance_id, '' as key from contact c where c.id = ${contactId}
      union
      select p::uuid, f.key from contact c, jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') p
       where c.id = ${contactId}
      union
      select p, case cp.kind when 'post' then 'postal_address' else cp.kind end from contact_point cp, unnest(cp.provenance_ids) p
       where cp.contact_id = ${contactId}
    )
    select distinct v.source_id, s.label, v.purpose_id, v.legal_basis, h.key
      from duty_to_tell d
      join provenance v on v.source_id = d.source_id
      join held h on h.provenance_id = v.id
      join source s on s.id = v.source_id
     where d.contact_id = ${contactId} and d.told_at is null and d.exemption_id is null
     order by 1, 3, 4, 5`.execute(db);
  // A datum that came from there and was deleted since leaves the duty; there is nothing to say of it any more.
  const { rows: open } = await sql<{ source_id: string; label: string }>`
    select d.source_id, s.label from duty_to_tell d join source s on s.id = d.source_id
     where d.contact_id = ${contactId} and d.told_at is null and d.exemption_id is null order by 1`.execute(db);
  const controller = await findController(db);
  if (open.length === 0 || !controller) return undefined;

  const purposes = new Map((await listPurposes(db, { includeArchived: true })).map((purpose) => [purpose.id, purpose]));
  const labelOf = new Map((await listFields(db, { includeArchived: true })).map(({ key, label }) => [key, label]));
  const used = new Map<string, boolean>();
  for (const row of rows) used.set(row.purpose_id, (used.get(row.purpose_id) ?? false) || row.legal_basis !== 'unknown');
  const keys = [...new Set(rows.map(({ key }) => key).filter(Boolean))];
  const labels = [...new Set(open.map(({ label }) => label))];

  const textOf = (language: Language): string[] => {
    const texts = tellingTexts[language];
    const notice = publicTexts[language].privacyNotice;
    const told = [...used].flatMap(([id, isKnown]) => {
      const purpose = purposes.get(id);
      if (!purpose) return [];
      const lines = purposeLines(purpose, language);
      const abroad = purpose.recipients.filter(({ country }) => isThirdCountry(country));
      // Without a known basis nothing is done with the data, and saying the purpose's own basis would not be true.
      return isKnown
        ? [
            ...lines,
            ...(abroad.length > 0 ? [texts.thirdCountry(abroad.map((one) => `${one.name} (${one.country})`).join(', '))] : []),
          ]
        : [texts.unproven(purpose.name[language])];
    });
    const bases = [...used].flatMap(([id, isKnown]) => (isKnown ? [purposes.get(id)?.legalBasis] : []));
    return [
      texts.source(labels.join('; ')),
      ...contactLines(controller, language),
      ...(keys.length > 0 ? [texts.categories(keys.map((key) => labelOf.get(key)?.[language] ?? key).join(', '))] : []),
      ...told,
      notice.rights,
      ...(bases.some((basis) => basis === 'legitimate-interests' || basis === 'public-task') ? [notice.objection] : []),
      ...(bases.includes('consent') ? [publicTexts[language].withdrawNote] : []),
      notice.complaint,
      notice.automated,
    ];
  };
  const slug = createHash('sha256')
    .update(JSON.stringify(rows.map(({ source_id, purpose_id, legal_basis, key }) => [source_id, purpose_id, legal_basis, key])))
    .digest('hex')
    .slice(0, 24);
  return {
    texts: { bg: textOf('bg'), en: textOf('en') },
    sourceIds: open.map(({ source_id }) => source_id),
    slug: `told-${slug}`,
  };
}

function contactLines(controller: Controller, language: Language): string[] {
  const notice = publicTexts[language].privacyNotice;
  return [
    notice.controller(controller.name, controller.registrationNumber, controller.address),
    notice.contact(controller.email, controller.phone),
    ...(controller.dpoName && controller.dpoEmail ? [notice.dpo(controller.dpoName, controller.dpoEmail)] : []),
  ];
}

/** Keeps a notice under its hash, before it is sent; answers the hash (hex) per language. */
export async function keepNotice(tx: Transaction, notice: TellingNotice): Promise<Readonly<Record<Language, string>>> {
  const [bg, en] = languages.map((language) => notice.texts[language].join('\n\n'));
  const { hashes } = await recordNotice(tx, { slug: notice.slug, texts: { bg: bg ?? '', en: en ?? '' } });
  return hashes;
}
