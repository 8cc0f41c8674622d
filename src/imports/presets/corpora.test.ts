import { describe, expect, test } from 'vitest';
import { openImportFile } from '#src/imports/reading/open-import-file.ts';
import { readRows } from '#src/imports/reading/read-rows.ts';
import { importCorpus } from '#test/support/import-corpus.ts';
import { checkMapping } from './check-mapping.ts';
import { columnMapping } from './column-mapping.ts';
import type { ImportedPerson } from './imported-person.ts';
import { planPeople } from './plan-people.ts';
import type { PresetName, Recognition } from './preset.ts';
import type { ImportField } from './read-field-cell.ts';
import { recogniseFile } from './recognise-file.ts';
import { surveyDates } from './survey-dates.ts';

const fields: ImportField[] = ['given_name', 'family_name', 'company', 'job_title', 'city', 'note'].map((key) => ({
  key,
  type: 'text',
  options: [],
}));

async function peopleOf(corpus: string): Promise<{ found: Recognition[]; people: ImportedPerson[] }> {
  return await importCorpus(corpus, async (path, fileName) => {
    const file = await openImportFile(path, { fileName });
    const found = recogniseFile(file, fileName);
    const [best] = found;
    if (!best) throw new Error('not recognised');
    const mapping = columnMapping.parse(JSON.parse(JSON.stringify(best.mapping)));
    expect(checkMapping(file, mapping, fields)).toEqual([]);
    const survey = surveyDates(file);
    for await (const { rows } of readRows(path, file)) for (const row of rows) survey.see(row);
    const plan = planPeople({
      file,
      mapping,
      partStatuses: best.partStatuses,
      fields,
      survey: survey.answer(),
      country: 'BG',
      timeZone: 'Europe/Sofia',
      now: new Date('2026-11-24T10:00:00Z'),
    });
    const people: ImportedPerson[] = [];
    for await (const { rows } of readRows(path, file)) people.push(...rows.map(plan));
    return { found, people };
  });
}

/** Who it is, whether they may be written to, what shows it, and what is wrong. */
function shown({ match, facts, statuses, evidence, problems }: ImportedPerson): string {
  return [
    match?.key ?? '–',
    [facts['given_name'], facts['family_name']].filter(Boolean).join(' '),
    ...statuses.map(({ channel, status, at }) => `${channel} ${status}${at === null ? '' : ` ${at.slice(0, 10)}`}`),
    ...Object.keys(evidence),
    ...problems.map(({ weight, code }) => `${weight}: ${code}`),
  ].join(' | ');
}

const corpora: readonly (readonly [string, PresetName, readonly string[]])[] = [
  [
    'mailchimp.zip',
    'mailchimp',
    [
      'stara@example.bg |  | email cleaned 2020-02-03 | optinTime | optinIp',
      'maria.ivanova@example.bg | Мария Иванова | email subscribed | optinTime | optinIp | confirmTime | confirmIp',
      'g.petrov@example.bg | Георги Петров | email subscribed | optinTime | optinIp | confirmTime | confirmIp',
      'ivan@xn--e1afmkfd.xn--90ae | Иван Стоянов | email subscribed | confirmTime | confirmIp',
      'info@example.org | Anna Smith | email subscribed | optinTime',
      'petya@example.bg | Петя Димитрова | email unsubscribed 2024-02-03 | optinTime | optinIp | confirmTime | confirmIp',
      'maria.ivanova@example.bg | Мария Иванова | email unsubscribed 2019-02-03 | optinTime | optinIp',
    ],
  ],
  [
    'hubspot.csv',
    'hubspot',
    [
      'maria@example.bg | Мария Иванова | source | text',
      'georgi@example.bg | Георги Петров | email unconfirmed | source',
      'ana@example.org | Ana Bell | email unsubscribed | source',
      'petar@example.bg | Петър Колев | email unsubscribed',
      'vera@example.bg | Вера Минчева | email bounced',
    ],
  ],
  [
    'salesforce-report.csv',
    'salesforce-report',
    [
      'maria@example.bg | Мария Иванова | source',
      'georgi@example.bg | Георги Петров | email unsubscribed | source',
      'anna@example.org | Anna Smith | phone unsubscribed | source',
      '– |  | refused: row-too-few-cells',
      '– |  | refused: row-too-few-cells',
      '– |  | refused: row-too-few-cells',
    ],
  ],
  [
    'salesforce-data-loader.csv',
    'salesforce-data-loader',
    [
      'maria@example.bg | Мария Иванова | source',
      'georgi@example.bg | Георги Петров | email unsubscribed | phone unsubscribed | source',
      'anna@example.org | Anna Smith | email bounced | source',
    ],
  ],
  [
    'pipedrive.csv',
    'pipedrive',
    [
      'maria@zora.example.bg | Мария Иванова | email subscribed',
      'georgi@example.bg | Георги Петров | email unsubscribed',
      'anna@example.org | Anna Smith | email unconfirmed',
      'stoyan@example.bg | Стоян Стоянов | email unconfirmed',
    ],
  ],
  [
    'brevo.csv',
    'brevo',
    [
      'maria@example.bg | Мария Иванова | email subscribed',
      'georgi@example.bg | Георги Петров | email blacklisted',
      'anna@example.org | Anna Smith | sms blacklisted',
    ],
  ],
  [
    'listmonk.csv',
    'listmonk',
    [
      'maria@example.bg | Мария Иванова | email subscribed',
      'georgi@example.bg | Георги Петров | email blacklisted',
      'anna@example.org | Anna Smith | email unsubscribed',
    ],
  ],
  [
    'keila.csv',
    'keila',
    [
      'maria@example.bg | Мария Иванова | email subscribed',
      'georgi@example.bg | Георги Петров | email unsubscribed',
      'anna@example.org | Anna Smith | email bounced',
    ],
  ],
  [
    'google-contacts.csv',
    'google-contacts',
    ['maria@example.bg | Мария Иванова', '+35970010010 | ', 'anna@example.org | Anna Smith'],
  ],
  ['outlook.csv', 'outlook', ['maria@example.bg | Мария Иванова', 'georgi@example.bg | Георги Петров']],
  [
    'vcard.vcf',
    'vcard',
    [
      'maria@example.bg | Мария Иванова',
      'georgi@example.bg | Георги Петров',
      '+359887654321 | Петър Колев',
      '– |  | refused: row-damaged-card',
      '– |  | refused: row-damaged-card',
    ],
  ],
  [
    'home-made.csv',
    'auto',
    [
      'maria@example.bg | Мария Иванова | email subscribed | optinTime',
      'georgi@example.bg | Георги Петров | email unsubscribed | optinTime',
      '+35929876543 | Петър Колев | email subscribed | left-out: invalid-email | left-out: invalid-date',
      'ana@example.bg | Ана Бел | refused: unknown-status',
      '+359887001122 | Иван Стоянов | warning: formula',
    ],
  ],
];

describe('An export file of another product', () => {
  test.each(corpora)('%s is recognised as %s, and its people are who they are', async (corpus, preset, lines) => {
    const { found, people } = await peopleOf(corpus);
    expect(found[0]?.preset).toBe(preset);
    expect(people.map(shown)).toEqual(lines);
  });
});
