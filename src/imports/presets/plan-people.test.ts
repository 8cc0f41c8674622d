import { describe, expect, test } from 'vitest';
import { readFact } from '#src/contacts/contact.ts';
import type { FilePart } from '#src/imports/reading/import-file.ts';
import type { ImportedRow } from '#src/imports/reading/imported-row.ts';
import naughty from '#test/vectors/naughty-strings.json' with { type: 'json' };
import type { ColumnTarget } from './column-mapping.ts';
import type { ImportedPerson } from './imported-person.ts';
import { joinPeople } from './join-people.ts';
import { type PeoplePlan, planPeople } from './plan-people.ts';
import type { ImportField } from './read-field-cell.ts';
import { readFieldCell } from './read-field-cell.ts';
import { surveyDates } from './survey-dates.ts';

const label = (text: string) => ({ bg: text, en: text });
const fields: ImportField[] = [
  ...['given_name', 'family_name', 'company', 'job_title', 'city', 'note'].map(
    (key): ImportField => ({ key, type: 'text', options: [] }),
  ),
  { key: 'birthday', type: 'date', options: [] },
  { key: 'member', type: 'yes-no', options: [] },
  { key: 'spent', type: 'number', options: [] },
  { key: 'page', type: 'url', options: [] },
  {
    key: 'colour',
    type: 'several-choices',
    options: [
      { value: 'red', label: { bg: 'Червено', en: 'Red' } },
      { value: 'blue', label: label('Blue') },
    ],
  },
];

function planned(targets: readonly ColumnTarget[], rows: readonly (readonly string[])[], more: Partial<PeoplePlan> = {}) {
  const columns = targets.map((_, at) => `c${at}`);
  const part: FilePart = {
    name: 'f',
    format: 'csv',
    columns,
    headerLine: 1,
    sample: [],
    encoding: 'utf-8',
    delimiter: ',',
    remarks: [],
  };
  const imported = rows.map((cells, at): ImportedRow => ({ number: at + 1, part: 0, line: at + 2, cells }));
  const survey = surveyDates({ parts: [part] });
  for (const row of imported) survey.see(row);
  const plan = planPeople({
    file: { parts: [part] },
    mapping: targets.map((target, at) => ({ column: `c${at}`, target })),
    fields,
    survey: JSON.parse(JSON.stringify(survey.answer())),
    country: 'BG',
    timeZone: 'Europe/Sofia',
    now: new Date('2026-11-24T10:00:00Z'),
    ...more,
  });
  return imported.map(plan);
}

const email: ColumnTarget = { to: 'email' };
const codes = (person: ImportedPerson | undefined) => person?.problems.map(({ weight, code }) => `${weight} ${code}`);
const addresses = (person: ImportedPerson | undefined) => person?.points.map(({ address }) => address.normalised);

describe('What a row says of a person', () => {
  test('addresses with spaces, commas, names and brackets in one cell are all found, and none twice', () => {
    const cells = [
      ' maria@example.bg ',
      'maria@example.bg, ivan@example.bg;Maria@example.bg',
      'Мария Иванова <maria@example.bg>, "Колев, Иван" <ivan@example.bg>',
      'mailto:maria@example.bg',
      'maria@example.bg\nivan@example.bg',
      'иван@пример.бг',
      'личен: maria@example.bg',
    ];
    expect(
      planned(
        [email],
        cells.map((cell) => [cell]),
      ).map(addresses),
    ).toEqual([
      ['maria@example.bg'],
      ['maria@example.bg', 'ivan@example.bg'],
      ['maria@example.bg', 'ivan@example.bg'],
      ['maria@example.bg'],
      ['maria@example.bg', 'ivan@example.bg'],
      ['иван@xn--e1afmkfd.xn--90ae'],
      ['maria@example.bg'],
    ]);
  });

  test('a wrong address beside a right one stays out; alone, it refuses its row', () => {
    const [mixed, alone, named] = planned(
      [email, { to: 'full-name' }],
      [
        ['maria@example.bg; maria@', ''],
        ['maria(at)example.bg', ''],
        ['maria@@example.bg', 'Мария'],
      ],
    );
    expect(codes(mixed)).toEqual(['left-out invalid-email']);
    expect(codes(alone)).toEqual(['left-out invalid-email', 'refused invalid-email']);
    expect(codes(named)).toEqual(['left-out invalid-email', 'refused invalid-email']);
  });

  test('a look-alike in an address is refused, in a name it is pointed out', () => {
    const [address, name] = planned(
      [email, { to: 'field', field: 'given_name' }],
      [
        ['mаria@example.bg', ''],
        ['maria@example.bg', 'Ивaн'],
      ],
    );
    expect(codes(address)).toEqual(['left-out mixed-alphabets', 'refused invalid-email']);
    expect(codes(name)).toEqual(['warning look-alike']);
    expect(name?.facts).toEqual({ given_name: 'Ивaн' });
  });

  test('a formula is text', () => {
    const cells = ['=HYPERLINK("http://evil.example")', '@SUM(1)', '+cmd|x', '-2+3', '+359 88'];
    const people = planned(
      [email, { to: 'field', field: 'company' }],
      cells.map((cell) => ['a@example.bg', cell]),
    );
    expect(people.map(({ facts }) => facts['company'])).toEqual(cells);
    expect(people.map((person) => codes(person)?.length)).toEqual([1, 1, 1, 0, 0]);
  });

  test('telephone numbers local and international, several in a cell, and what spreadsheets do to them', () => {
    const cells = [
      '0888 123 456',
      '+359 88 812 3456; 02/987 65 43',
      '359888123456',
      '888123456.0',
      `'+359888123456`,
      '="0888123456"',
      '+44 20 7946 0958',
    ];
    expect(
      planned(
        [{ to: 'phone' }],
        cells.map((cell) => [cell]),
      ).map(addresses),
    ).toEqual([
      ['+359888123456'],
      ['+359888123456', '+35929876543'],
      ['+359888123456'],
      ['+359888123456'],
      ['+359888123456'],
      ['+359888123456'],
      ['+442079460958'],
    ]);
    const [german] = planned([{ to: 'country' }, { to: 'phone' }], [['Германия', '030 123456']]);
    expect([german?.country, addresses(german)]).toEqual(['DE', ['+4930123456']]);
  });

  test('a name in one cell is divided, and a company is no person', () => {
    const names = ['Мария', 'Мария Иванова', 'Мария Петрова Иванова', 'Иванова, Мария', 'Пекарна Зора ООД', 'Smith & Sons Ltd.'];
    expect(
      planned(
        [email, { to: 'full-name' }],
        names.map((name) => ['a@example.bg', name]),
      ).map(({ facts }) => facts),
    ).toEqual([
      { given_name: 'Мария' },
      { given_name: 'Мария', family_name: 'Иванова' },
      { given_name: 'Мария', family_name: 'Петрова Иванова' },
      { given_name: 'Мария', family_name: 'Иванова' },
      { company: 'Пекарна Зора ООД' },
      { company: 'Smith & Sons Ltd.' },
    ]);
  });

  test('fields have the form they are kept in, or a problem', () => {
    const targets = ['birthday', 'member', 'spent', 'page', 'colour'].map((field): ColumnTarget => ({ to: 'field', field }));
    const [right, wrong] = planned(
      [email, ...targets],
      [
        ['a@example.bg', '31.12.1980', 'Да', '1 234,50', 'example.bg/x', 'blue, ЧЕРВЕНО'],
        ['b@example.bg', '31.02.1980', 'може би', 'много', 'javascript:alert(1)', 'green'],
      ],
    );
    expect(right?.facts).toEqual({
      birthday: '1980-12-31',
      member: 'yes',
      spent: '1234.50',
      page: 'https://example.bg/x',
      colour: 'red,blue',
    });
    expect(wrong?.facts).toEqual({});
    expect(codes(wrong)).toEqual(
      ['invalid-date', 'not-yes-or-no', 'invalid-number', 'invalid-url', 'not-a-choice'].map((code) => `left-out ${code}`),
    );
  });

  test('a field of one’s own takes no more than could be typed into it', () => {
    const fields = [
      { key: 'hobby', type: 'text' as const, options: [] },
      { key: 'story', type: 'long-text' as const, options: [] },
    ];
    for (const [key, cell, problem] of [
      ['hobby', 'х'.repeat(301), 'too-long'],
      ['hobby', 'two\nlines', 'forbidden-characters'],
      ['story', 'х'.repeat(5001), 'too-long'],
    ] as const) {
      const field = fields.find((one) => one.key === key);
      expect(field && readFieldCell(field, cell, { dates: null, country: 'BG' }), `${key} ${cell.length}`).toEqual({ problem });
    }
    expect(readFieldCell(fields[1] as never, 'two\r\nlines', { dates: null, country: 'BG' })).toEqual({ value: 'two\nlines' });
  });

  test('a city alone is a fact, with a street it is an address too', () => {
    const post = (part: 'street' | 'city' | 'postcode'): ColumnTarget => ({ to: 'post', part, address: '1' });
    const [street, city] = planned(
      [email, post('street'), post('city'), post('postcode')],
      [
        ['a@example.bg', 'ул. Шипка 6', 'София', '1504'],
        ['b@example.bg', '', 'Русе', ''],
      ],
    );
    expect(addresses(street)).toEqual(['a@example.bg', 'ул. Шипка 6\n1504 София']);
    expect(addresses(city)).toEqual(['b@example.bg']);
    expect(city?.facts).toEqual({ city: 'Русе' });
  });

  test('nobody is made of nothing', () => {
    expect(codes(planned([email, { to: 'field', field: 'city' }], [['', 'София']])[0])).toEqual(['refused nothing-to-recognise']);
  });
});

describe('Whether somebody may be written to', () => {
  const consent: ColumnTarget = { to: 'status', channel: 'email', yes: 'subscribed', no: 'unsubscribed' };

  test('a cell nobody understands refuses its row rather than permit it', () => {
    const people = planned(
      [email, consent],
      [
        ['a@example.bg', 'ДА'],
        ['b@example.bg', 'Не'],
        ['c@example.bg', ''],
        ['d@example.bg', 'питай го'],
      ],
    );
    expect(people.map(({ statuses }) => statuses[0]?.status)).toEqual(['subscribed', 'unsubscribed', undefined, undefined]);
    expect(people.map(codes)).toEqual([[], [], [], ['refused unknown-status']]);
  });

  test('of the file, its part and several columns the strictest counts', () => {
    const stop: ColumnTarget = { to: 'status', channel: 'email', yes: 'blacklisted', no: 'unknown' };
    const more = { partStatuses: [{ part: 0, channel: 'email', status: 'unsubscribed' }] } as const;
    const people = planned(
      [email, consent, stop, { to: 'status-time', channel: 'email' }],
      [
        ['a@example.bg', 'да', '', '2024-01-02'],
        ['b@example.bg', 'да', 'x', ''],
      ],
      more,
    );
    expect(people.map(({ statuses }) => statuses)).toEqual([
      [{ channel: 'email', status: 'unsubscribed', at: '2024-01-01T22:00:00.000Z', reason: null }],
      [{ channel: 'email', status: 'blacklisted', at: null, reason: null }],
    ]);
  });

  test('the same person twice in the file with different answers: the stricter counts', () => {
    const people = planned(
      [email, consent],
      [
        ['maria@example.bg', 'не'],
        ['MARIA@example.bg', 'да'],
      ],
    );
    expect(people.map(({ match }) => match?.key)).toEqual(['maria@example.bg', 'maria@example.bg']);
    expect(joinPeople(people as [ImportedPerson, ...ImportedPerson[]]).statuses[0]?.status).toBe('unsubscribed');
  });

  test('evidence is a time that was, and an address there is', () => {
    const people = planned(
      [email, { to: 'evidence', of: 'optin-time' }, { to: 'evidence', of: 'optin-ip' }],
      [
        ['a@example.bg', '2021-03-04 09:12:33', '192.0.2.1'],
        ['b@example.bg', '2031-03-04 09:12:33', '999.0.2.1'],
        ['c@example.bg', '0', '2001:db8::1'],
      ],
    );
    expect(people.map(({ evidence }) => evidence)).toEqual([
      { optinTime: '2021-03-04T07:12:33.000Z', optinIp: '192.0.2.1' },
      {},
      { optinIp: '2001:db8::1' },
    ]);
    expect(people.map(codes)).toEqual([[], ['left-out impossible-time', 'left-out invalid-ip'], ['left-out invalid-date']]);
  });
});

describe('Days whose order is open', () => {
  const birthday: ColumnTarget = { to: 'field', field: 'birthday' };

  test('are read as the column shows, or are a problem where it shows nothing', () => {
    const of = (cells: readonly string[]) =>
      planned(
        [email, birthday],
        cells.map((cell) => ['a@example.bg', cell]),
      ).map((person) => person.facts['birthday'] ?? person.problems[0]?.code);
    expect(of(['03/04/2024', '31/12/2024'])).toEqual(['2024-04-03', '2024-12-31']);
    expect(of(['03/04/2024', '12/31/2024'])).toEqual(['2024-03-04', '2024-12-31']);
    expect(of(['03/04/2024', '05/05/2024'])).toEqual(['ambiguous-date', '2024-05-05']);
    expect(of(['03/04/2024', '31/12/2024', '12/31/2024'])).toEqual(['ambiguous-date', '2024-12-31', '2024-12-31']);
  });

  test('are read as somebody says where they say so', () => {
    const told: ColumnTarget = { to: 'field', field: 'birthday', dates: 'month-first' };
    expect(planned([email, told], [['a@example.bg', '03/04/2024']])[0]?.facts).toEqual({ birthday: '2024-03-04' });
  });
});

test('naughty strings in every kind of cell: no crash, nothing changed unseen, nothing executed as a key', () => {
  const targets: ColumnTarget[] = [
    email,
    { to: 'field', field: 'given_name' },
    { to: 'field', field: 'note' },
    { to: 'phone' },
    { to: 'post', part: 'whole', address: '1' },
    { to: 'tags' },
    { to: 'country' },
    { to: 'language' },
    { to: 'field', field: 'birthday' },
    { to: 'field', field: 'spent' },
    { to: 'evidence', of: 'text' },
    { to: 'evidence', of: 'optin-time' },
    { to: 'status', channel: 'email', yes: 'subscribed', no: 'unsubscribed' },
  ];
  expect(naughty.length).toBe(485);
  for (const string of naughty) {
    const [person] = planned(targets, [targets.map((_, at) => (at === 0 ? 'a@example.bg' : string))]);
    const read = readFact('given_name', string);
    expect(person?.facts['given_name'], string).toBe('problem' in read ? undefined : (read.value ?? undefined));
    if ('problem' in read) expect(person?.problems.some(({ column }) => column === 'c1')).toBe(true);
    const said = person?.statuses[0]?.status;
    expect(
      said === undefined || ['1', 'true', 'TRUE', 'True', '0', 'false', 'FALSE', 'False', '-'].includes(string.trim()),
      string,
    ).toBe(true);
    const [addressed] = planned([email, { to: 'full-name' }], [[string, string]]);
    for (const { address } of addressed?.points ?? []) expect(address.normalised).toMatch(/^[^\s@]+@[a-z0-9.-]+$/u);
  }
});
