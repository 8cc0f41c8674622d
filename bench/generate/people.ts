import { anyOf, oftenFirst, type Random } from './random.ts';

/** A person nobody is: names as they occur, addresses that lead nowhere. */
export interface Person {
  readonly givenName: string;
  readonly familyName: string;
  readonly company: string | null;
  readonly jobTitle: string | null;
  readonly city: string;
  readonly country: string;
  readonly language: 'bg' | 'en';
  /** Only under the domains RFC 2606 reserves. */
  readonly email: string;
  /** In a number range that is not assigned to anyone. */
  readonly phone: string | null;
}

/** `index` makes the address unique. */
export function makePerson(random: Random, index: number): Person {
  const [country, people] = random() < 0.72 ? (['BG', bulgarians] as const) : anyOf(random, otherCountries);
  const name = people(random);
  const company = random() < 0.55 ? companyOf(random, country) : null;
  const city = oftenFirst(random, cities[country]);
  return {
    givenName: name.given,
    familyName: name.family,
    company,
    jobTitle: company && random() < 0.7 ? anyOf(random, country === 'BG' ? jobsBg : jobsEn) : null,
    city,
    country,
    language: country === 'BG' ? (random() < 0.96 ? 'bg' : 'en') : 'en',
    email: emailOf(random, name, company, country, index),
    phone: random() < 0.45 ? `${phonePrefix[country]}${String(10_000_000 + ((index * 7919) % 89_999_999))}` : null,
  };
}

interface Name {
  readonly given: string;
  readonly family: string;
}

type Country = keyof typeof cities;

function bulgarians(random: Random): Name {
  const woman = random() < 0.52;
  const family = familyBg(random, woman);
  // A second family name, as some married women have: what makes a rare name in a big list.
  const double = woman && random() < 0.06 ? `-${familyBg(random, true)}` : '';
  return { given: oftenFirst(random, woman ? womenBg : menBg), family: family + double };
}

function familyBg(random: Random, woman: boolean): string {
  const name = oftenFirst(random, familiesBg);
  if (!woman) return name;
  return name.endsWith('ски') ? `${name.slice(0, -1)}а` : `${name}а`;
}

const names =
  (given: readonly string[], families: readonly string[]) =>
  (random: Random): Name => ({
    given: oftenFirst(random, given),
    family: oftenFirst(random, families),
  });

const womenBg =
  words(`Мария Иванка Елена Йорданка Пенка Маргарита Виолета Александра Радка Виктория Надежда Даниела Габриела Стефка Росица
  Силвия Петя Десислава Гергана Теодора Цветанка Лиляна Ани Снежана Весела Боряна Калина Кристина Ивелина Мирослава Рая Божидара Цвета Яна
  Зорница Магдалена Невена Ралица Светлана Таня Юлия Ася Биляна Вяра Галина Деница Жана Златка Ирена Катя Любка Милена Наталия Олга Павлина`);
const menBg =
  words(`Георги Иван Димитър Николай Петър Христо Йордан Александър Стефан Васил Тодор Стоян Атанас Ангел Пламен Красимир Борис
  Кирил Любомир Методи Никола Мартин Даниел Симеон Веселин Валентин Румен Емил Калоян Владимир Цветан Огнян Асен Филип Захари Явор Бойко
  Здравко Мирослав Траян Добромир Живко Лъчезар Момчил Орлин Радослав Светослав Теодор Чавдар Юлиян Ясен`);
const familiesBg =
  words(`Иванов Георгиев Димитров Петров Николов Христов Стоянов Тодоров Илиев Василев Атанасов Петков Ангелов Колев Йорданов
  Маринов Стефанов Попов Михайлов Кръстев Костов Димов Костадинов Павлов Митев Симеонов Цветков Александров Марков Спасов Лазаров Добрев
  Андреев Младенов Русев Вълчев Радев Янев Найденов Пенев Янков Станчев Стойчев Славов Кирилов Захариев Господинов Велков Гочев Костадинчев
  Драганов Жеков Желев Ковачев Караджов Бояджиев Чолаков Хаджиев Шопов Ябанджиев Дойчинов Узунов Терзиев Сарафов Райчев Пеев Обретенов Нейков
  Минчев Лечев Кацаров Зафиров Еленски Дунавски Градинарски Врачански Белчев Апостолов Габровски Искърски Копривщенски Плиски Рилски Троянски`);

const cities = {
  BG: words(
    `София Пловдив Варна Бургас Русе Стара_Загора Плевен Сливен Добрич Шумен Перник Хасково Ямбол Пазарджик Благоевград Велико_Търново Враца
    Габрово Видин Асеновград Казанлък Кюстендил Кърджали Монтана Търговище Ловеч Силистра Разград Дупница Смолян Петрич Сандански Самоков`,
  ),
  DE: words('Berlin München Köln Düsseldorf Nürnberg Lübeck Göttingen Saarbrücken'),
  PL: words('Warszawa Kraków Łódź Wrocław Poznań Gdańsk Białystok Rzeszów'),
  ES: words('Madrid Barcelona Málaga Córdoba Cádiz A_Coruña Logroño'),
  FR: words('Paris Orléans Saint-Étienne Besançon Nîmes Évreux'),
  RO: words('București Iași Cluj-Napoca Timișoara Brașov Galați'),
  CZ: words('Praha Brno Plzeň Ústí_nad_Labem České_Budějovice'),
  GR: words('Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο Λάρισα'),
} as const;

const otherCountries: readonly (readonly [Country, (random: Random) => Name])[] = [
  [
    'DE',
    names(
      words('Jürgen Anna Björn Käthe Lena Sören Günther Mareike Jörg Zoë Felix Ute'),
      words('Müller Schäfer Weiß Köhler Groß Böhm Kühn Vogel Hübner Löwe Jäger'),
    ),
  ],
  [
    'PL',
    names(
      words('Małgorzata Łukasz Agnieszka Paweł Zofia Stanisław Żaneta Bożena Michał'),
      words('Kowalczyk Wiśniewski Wójcik Zieliński Dąbrowski Szymański Woźniak Król'),
    ),
  ],
  [
    'ES',
    names(
      words('José María Ángel Begoña Íñigo Lucía Nuño Inés'),
      words('García Martínez Muñoz Ibáñez Núñez Pérez Peña Gutiérrez'),
    ),
  ],
  [
    'FR',
    names(
      words('Zoé François Hélène Gaël Chloé Benoît Anaïs Jérôme'),
      words('Lefèvre Garçon Béranger Crépin Noël Château Prévost'),
    ),
  ],
  ['RO', names(words('Ștefan Ioana Mădălina Răzvan Anca Cătălin'), words('Ionescu Țurcanu Bălan Șerban Dumitrașcu Mănăstire'))],
  ['CZ', names(words('Jiří Kateřina Tomáš Zdeněk Božena Řehoř'), words('Dvořák Novák Černý Procházka Kučera Růžička'))],
  [
    'GR',
    names(words('Γιώργος Ελένη Δημήτρης Κατερίνα Σοφία Αλέξανδρος'), words('Παπαδόπουλος Γεωργίου Νικολάου Οικονόμου Βλάχος')),
  ],
];

const jobsBg = words(
  'управител търговски_директор счетоводител маркетолог инженер архитект адвокат лекар учител координатор проектант логист',
);
const jobsEn = words('owner head_of_sales accountant marketer engineer architect lawyer teacher coordinator buyer');
const trades = words(
  'Строй Агро Мебел Текстил Хранителни_стоки Транс Консулт Софтуер Дизайн Печат Вино Роза Хидро Електро Метал Дент Фарма Тур',
);
const firms = words(
  'Балкан Тракия Мизия Родопи Рила Пирин Дунав Марица Струма Янтра Загоре Орфей Аврора Вега Орион Кентавър Люлин Здравец Явор Бреза',
);
const firmsEn = words('Nordlicht Meridian Alba Ostrava Sol Atelier Fontaine Kranich Vistula Dorado Lumière Aegean');

function companyOf(random: Random, country: string): string {
  if (country !== 'BG')
    return `${anyOf(random, firmsEn)} ${1 + Math.floor(random() * 300)} ${anyOf(random, ['GmbH', 'Sp. z o.o.', 'S.L.', 'SARL', 'a.s.'])}`;
  const form = random() < 0.8 ? 'ЕООД' : random() < 0.6 ? 'ООД' : 'АД';
  return `${anyOf(random, firms)} ${anyOf(random, trades)} ${1 + Math.floor(random() * 99)} ${form}`;
}

function emailOf(random: Random, name: Name, company: string | null, country: string, index: number): string {
  const given = latin(name.given);
  const family = latin(name.family);
  const local = random() < 0.6 ? `${given}.${family}` : `${given[0] ?? 'x'}${family}`;
  const domain =
    company && random() < 0.5
      ? `${latin(company).replace(/-?(eood|ood|ad|gmbh|sp-z-o-o|s-l|sarl|a-s)$/, '')}.example.net`
      : country === 'BG'
        ? anyOf(random, ['mail.example.com', 'poshta.example.org', 'abv.example.net'])
        : anyOf(random, ['mail.example.com', 'inbox.example.org']);
  return `${local}${index}@${domain}`;
}

/** The Bulgarian transliteration act's letters; other scripts lose their accents. */
function latin(text: string): string {
  let out = '';
  for (const letter of text
    .toLowerCase()
    .normalize('NFD')
    .replace(/(?<=[a-zα-ω])\p{M}/gu, '')
    .normalize('NFC'))
    out += letters[letter] ?? letter;
  return out.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'x';
}

const letters: Readonly<Record<string, string>> = {
  ...pairs('абвгдезийклмнопрстуф', 'a b v g d e z i y k l m n o p r s t u f'),
  ...pairs('жхцчшщъьюя', 'zh h ts ch sh sht a y yu ya'),
  ...pairs('αβγδεζηθικλμνξοπρστυφχψως', 'a v g d e z i th i k l m n x o p r s t y f ch ps o s'),
  ...pairs('łøßæ', 'l o ss ae'),
};

const phonePrefix: Readonly<Record<string, string>> = {
  BG: '+3591',
  DE: '+4901',
  PL: '+4801',
  ES: '+3401',
  FR: '+3308',
  RO: '+4001',
  CZ: '+4201',
  GR: '+3001',
};

function pairs(from: string, to: string): Record<string, string> {
  const latins = to.split(' ');
  return Object.fromEntries([...from].map((letter, at) => [letter, latins[at] ?? '']));
}

function words(text: string): readonly string[] {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replaceAll('_', ' '));
}
