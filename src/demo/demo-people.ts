import type { Language } from '#src/languages/languages.ts';

/** Someone who does not exist. */
export interface DemoPerson {
  readonly givenName: string;
  readonly familyName: string;
  readonly company: string | undefined;
  readonly jobTitle: string | undefined;
  readonly city: string;
  readonly country: string;
  readonly language: Language;
  readonly email: string;
  /** In a number range nobody has. */
  readonly phone: string;
}

/** Every address of the demo ends so, below names that are reserved for examples (RFC 2606): nobody real is among them. */
const DEMO_ADDRESS = /@[a-z-]+\.demo\.example\.(com|org|net)$/;

export function isDemoAddress(email: string | null): boolean {
  return email !== null && DEMO_ADDRESS.test(email);
}

const women =
  'Мария Елена Десислава Гергана Ивелина Росица Силвия Теодора Калина Виктория Надежда Ралица Петя Биляна Зорница'.split(' ');
const men = 'Георги Иван Димитър Николай Петър Стефан Александър Мартин Калоян Христо Васил Борис Явор Огнян Пламен'.split(' ');
const families =
  'Иванов Петров Димитров Георгиев Стоянов Николов Тодоров Илиев Колев Маринов Ангелов Янев Русев Славов Ковачев'.split(' ');
const cities = [
  'Казанлък',
  'София',
  'Пловдив',
  'Варна',
  'Стара Загора',
  'Бургас',
  'Велико Търново',
  'Русе',
  'Карлово',
  'Габрово',
];
const companies = [
  'Бреза',
  'Родопска къща',
  'Люляк',
  'Мелница 1907',
  'Тракийски двор',
  'Слънчоглед',
  'Стара чешма',
  'Планински чай',
];
const jobs = ['управител', 'снабдител', 'готвач', 'собственик', 'счетоводител'];

const abroad = [
  ['Anna', 'Schäfer', 'Leipzig', 'DE'],
  ['Łukasz', 'Wójcik', 'Kraków', 'PL'],
  ['Chloé', 'Lefèvre', 'Lyon', 'FR'],
  ['Seán', 'Murphy', 'Cork', 'IE'],
  ['Marta', 'Núñez', 'Málaga', 'ES'],
  ['Ioana', 'Țurcanu', 'Iași', 'RO'],
  ['Tomáš', 'Dvořák', 'Brno', 'CZ'],
  ['Sanne', 'de Vries', 'Utrecht', 'NL'],
  ['Ελένη', 'Νικολάου', 'Θεσσαλονίκη', 'GR'],
  ['Giulia', 'Esposito', 'Bologna', 'IT'],
] as const;

/** The same people every time, as many as asked for. */
export function demoPeople(many: number): DemoPerson[] {
  return Array.from({ length: many }, (_, at) => (at % 8 === 7 ? foreigner(at) : bulgarian(at)));
}

function bulgarian(at: number): DemoPerson {
  const isWoman = at % 5 < 3;
  const givenName = pick(isWoman ? women : men, at * 7);
  const family = pick(families, at * 11 + Math.floor(at / 15));
  const familyName = isWoman ? `${family}а` : family;
  const company = at % 3 === 0 ? `„${pick(companies, at)}“ ЕООД` : undefined;
  return {
    givenName,
    familyName,
    company,
    jobTitle: company && pick(jobs, at),
    city: pick(cities, at * 3),
    country: 'BG',
    language: 'bg',
    email: addressOf(
      givenName,
      familyName,
      at,
      company ? 'firma.demo.example.net' : pick(['poshta.demo.example.com', 'mail.demo.example.org'], at),
    ),
    phone: phoneOf(at),
  };
}

function foreigner(at: number): DemoPerson {
  const [givenName, familyName, city, country] = pick(abroad, Math.floor(at / 8));
  return {
    givenName,
    familyName,
    company: undefined,
    jobTitle: undefined,
    city,
    country,
    language: 'en',
    email: addressOf(givenName, familyName, at, 'mail.demo.example.com'),
    phone: phoneOf(at),
  };
}

/** No area code of Bulgaria begins with 1. */
function phoneOf(at: number): string {
  return `+3591${String(5_550_000 + at)}`;
}

function addressOf(givenName: string, familyName: string, at: number, domain: string): string {
  return `${latin(givenName)}.${latin(familyName)}${at}@${domain}`;
}

function latin(text: string): string {
  const spelled = [...text.toLowerCase()].map((letter) => letters.get(letter) ?? letter).join('');
  return spelled.normalize('NFD').replace(/[^a-z]+/g, '') || 'x';
}

/** The Transliteration Act's letters, and those of other names here. */
const letters = new Map(
  [
    ['абвгдезийклмнопрстуф', 'a b v g d e z i y k l m n o p r s t u f'],
    ['жхцчшщъьюя', 'zh h ts ch sh sht a y yu ya'],
    ['ελένηικοάυł', 'e l e n i i k o a u l'],
  ].flatMap(([from = '', to = '']) => [...from].map((letter, at): [string, string] => [letter, to.split(' ')[at] ?? ''])),
);

function pick<T>(list: readonly T[], at: number): T {
  return list[at % list.length] as T;
}
