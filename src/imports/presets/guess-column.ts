import type { ColumnTarget } from './column-mapping.ts';
import {
  country,
  email,
  evidence,
  field,
  fullName,
  ignored,
  language,
  note,
  phone,
  post,
  statusWords,
  stopBox,
  stopWhenFilled,
  tags,
} from './targets.ts';

const statusesInWords = statusWords('email', {
  subscribed: 'subscribed',
  active: 'subscribed',
  enabled: 'subscribed',
  confirmed: 'subscribed',
  абониран: 'subscribed',
  абонирана: 'subscribed',
  активен: 'subscribed',
  активна: 'subscribed',
  потвърден: 'subscribed',
  unsubscribed: 'unsubscribed',
  'opted out': 'unsubscribed',
  optout: 'unsubscribed',
  inactive: 'unsubscribed',
  disabled: 'unsubscribed',
  отписан: 'unsubscribed',
  отписана: 'unsubscribed',
  неактивен: 'unsubscribed',
  неактивна: 'unsubscribed',
  отказал: 'unsubscribed',
  отказала: 'unsubscribed',
  unconfirmed: 'unconfirmed',
  pending: 'unconfirmed',
  непотвърден: 'unconfirmed',
  непотвърдена: 'unconfirmed',
  чакащ: 'unconfirmed',
  bounced: 'bounced',
  невалиден: 'bounced',
  cleaned: 'cleaned',
  blacklisted: 'blacklisted',
  blocklisted: 'blacklisted',
  blocked: 'blacklisted',
  блокиран: 'blacklisted',
  блокирана: 'blacklisted',
  complained: 'complained',
  spam: 'complained',
  оплакване: 'complained',
});

/** Names of columns as people write them, without signs and in lower case; the first that fits decides. */
const words: readonly (readonly [RegExp, ColumnTarget])[] = [
  // What stops stands first: „не желае имейли“ is about e-mail, and no address.
  [/unsubscribed? (time|date|on|at)|unsub time|дата на отписване|отписан на/, { to: 'status-time', channel: 'email' }],
  [/unsub(scribe)? reason|причина за отписване/, { to: 'status-reason', channel: 'email' }],
  [
    /(unsubscribed|unsubscribe|opt(ed)? ?out|отписан|отказал се|не желае (и?мейл|писма|съобщения|реклам))/,
    stopBox('email', 'unsubscribed'),
  ],
  [/(do not (e ?)?mail|no (e ?)?mail)/, stopBox('email', 'unsubscribed')],
  [/(do not contact|не се свързва)/, stopBox('all', 'unsubscribed')],
  [/(do not call|не звън|не желае обаждания)/, stopBox('phone', 'unsubscribed')],
  [/(blacklist|blocklist|черен списък)/, stopBox('email', 'blacklisted')],
  [/(hard bounce|bounced|bounce)/, stopWhenFilled('email', 'bounced')],
  [/(complain|оплакван)/, stopBox('email', 'complained')],

  [
    /^(opt ?in|subscribed|consent|signup|sign up|subscription) (time|date|on|at|timestamp)$|^дата на (съгласие(то)?|абониране|записване)$|^(абониран|записан) на$/,
    evidence('optin-time'),
  ],
  [
    /^(opt ?in|signup|sign up|consent|subscribe|registration) ip( address)?$|^ip( адрес)?( при (записване|съгласие))?$|^ip address$/,
    evidence('optin-ip'),
  ],
  [/^(confirm(ation|ed)?) (time|date|on|at|timestamp)$|^дата на потвърждение$|^потвърден на$/, evidence('confirm-time')],
  [/^(confirm(ation|ed)?) ip( address)?$|^ip при потвърждение$/, evidence('confirm-ip')],
  [/^(source|lead source|original source|източник|произход|откъде)$/, evidence('source')],
  [/^(consent text|текст на съгласието)$/, evidence('text')],
  [/^(form|page|url|signup (form|page|url)|страница|форма)$/, evidence('page')],

  [/^(subscription )?status$|^(статус|състояние|абонамент)$/, statusesInWords],
  [
    /^(consent|marketing consent|gdpr( consent)?|opt ?in|newsletter|subscribed|съгласие( за (маркетинг|реклама|бюлетин|имейл))?|бюлетин|абониран)$/,
    { to: 'status', channel: 'email', yes: 'subscribed', no: 'unsubscribed' },
  ],

  [
    /^(e ?mail|email address|e mail address|mail|primary email|work email|личен имейл|служебен имейл|ел поща|електронна поща|електронен адрес|имейл( адрес)?|емейл|мейл|поща)( \d)?$/,
    email,
  ],
  [
    /^(phone|phone number|telephone|tel|mobile|mobile phone|cell|gsm|work phone|home phone|телефон(ен номер)?|тел|мобилен( телефон)?|моб|гсм|номер|служебен телефон|домашен телефон)( \d)?$/,
    phone,
  ],
  [/^(first ?name|given ?name|fname|forename|собствено име|име|лично име|малко име)$/, field('given_name')],
  [/^(last ?name|family ?name|surname|lname|фамилия|фамилно име)$/, field('family_name')],
  [
    /^(name|full ?name|contact( name)?|client|customer|имена|три имена|име и фамилия|пълно име|клиент|контакт|лице за контакт)$/,
    fullName,
  ],
  [
    /^(company|company name|organi[sz]ation|organi[sz]ation name|account|account name|firm|фирма|компания|дружество|организация|фирма клиент)$/,
    field('company'),
  ],
  [/^(job ?title|title|position|role|длъжност|позиция)$/, field('job_title')],
  [/^(address|postal address|mailing address|full address|адрес|пощенски адрес|адрес за доставка)$/, post('whole')],
  [/^(street|street address|address line 1|address 1|улица)$/, post('street')],
  [/^(city|town|град|населено място|нас място)$/, post('city')],
  [/^(state|region|province|state province|област|регион)$/, post('region')],
  [/^(zip|zip code|postal code|post ?code|zip postal code|пощенски код|пк|п код)$/, post('postcode')],
  [/^(country|country region|държава|страна)$/, country],
  [/^(language|preferred language|locale|lang|език)$/, language],
  [/^(tags?|labels?|groups?|lists?|categor(y|ies)|segments?|етикети?|тагове|групи?|категори(я|и)|списъци|списък)$/, tags],
  [/^(notes?|comments?|remarks?|description|бележк[аи]|забележк[аи]|коментари?|описание)$/, note],
];

/** What a column of a home-made table means, by its name in Bulgarian or English; `ignored` where the name says nothing. */
export function guessColumn(name: string): ColumnTarget {
  const plain = name
    .toLowerCase()
    .replace(/[\s_./*:#№()"'’-]+/g, ' ')
    .trim();
  return words.find(([pattern]) => pattern.test(plain))?.[1] ?? ignored;
}
