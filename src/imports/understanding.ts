import type { Database } from '#platform/database/connect.ts';
import { type Fillable, fillableFields } from './fields.ts';
import type { Import, ImportSettings } from './import.ts';
import type { ImportedPerson } from './presets/imported-person.ts';
import { planPeople } from './presets/plan-people.ts';
import { type DateSurvey, surveyDates } from './presets/survey-dates.ts';
import type { ImportFile } from './reading/import-file.ts';
import type { ImportedRow } from './reading/imported-row.ts';
import { readRows } from './reading/read-rows.ts';

/** By which clock files write their times that name no zone. */
const TIME_ZONE = 'Europe/Sofia';

export type Meaning = Pick<ImportSettings, 'mapping' | 'partStatuses' | 'country'> & { readonly purposeId?: string | null };

/** How the rows of this import are understood: the same after a restart as before. */
export async function understanding(db: Database, path: string, one: Import): Promise<(row: ImportedRow) => ImportedPerson> {
  if (!one.settings) throw new Error('an import is understood by its settings');
  return understandBy(db, path, one.file, { ...one.settings, purposeId: one.purposeId }, one.commitStartedAt ?? new Date());
}

export async function understandBy(
  db: Database,
  path: string,
  file: ImportFile,
  meaning: Meaning,
  now: Date,
): Promise<(row: ImportedRow) => ImportedPerson> {
  const survey = needsSurvey(meaning) ? await surveyOf(path, file) : undefined;
  const fillable = await fillableFields(db, meaning.purposeId ?? undefined);
  const understand = planPeople({
    file,
    mapping: meaning.mapping,
    partStatuses: meaning.partStatuses,
    fields: fillable.fields,
    country: meaning.country,
    timeZone: TIME_ZONE,
    now,
    ...(survey ? { survey } : {}),
  });
  const keys = new Set(fillable.fields.map(({ key }) => key));
  return (row) => withoutStrays(understand(row), keys, fillable.points);
}

/** What nobody may fill in stays out: parts of a whole name, addresses of a kind that serves no purpose. */
function withoutStrays(person: ImportedPerson, keys: ReadonlySet<string>, kinds: Fillable['points']): ImportedPerson {
  const strays = Object.keys(person.facts).filter((key) => !keys.has(key));
  const isStray = (point: ImportedPerson['points'][number]) => !kinds.has(point.kind);
  if (strays.length === 0 && !person.points.some(isStray)) return person;
  const facts = Object.fromEntries(Object.entries(person.facts).filter(([key]) => keys.has(key)));
  const points = person.points.filter((point) => !isStray(point));
  return {
    ...person,
    facts,
    points,
    match: person.match && kinds.has(person.match.kind) ? person.match : null,
    problems: [
      ...person.problems,
      { weight: 'left-out', code: 'serves-no-purpose', row: person.rows[0] ?? 0, column: null },
      ...(Object.keys(facts).length + points.length === 0
        ? [{ weight: 'refused' as const, code: 'nothing-to-recognise' as const, row: person.rows[0] ?? 0, column: null }]
        : []),
    ],
  };
}

/** Whether a column holds dates of which only the whole column tells which number is the month. */
function needsSurvey({ mapping }: Meaning): boolean {
  return mapping.some(({ target }) => {
    const isTime =
      target.to === 'status-time' ||
      target.to === 'field' ||
      (target.to === 'evidence' && (target.of === 'optin-time' || target.of === 'confirm-time'));
    return isTime && (target.dates ?? 'auto') === 'auto';
  });
}

async function surveyOf(path: string, file: ImportFile): Promise<DateSurvey> {
  const survey = surveyDates(file);
  for await (const { rows } of readRows(path, file)) for (const row of rows) survey.see(row);
  return survey.answer();
}
