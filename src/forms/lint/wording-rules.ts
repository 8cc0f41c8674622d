import type { FindingCode } from './finding.ts';
import type { Role } from './passages.ts';
import { phrase } from './phrases.ts';

/** Words that make a form unlawful wherever they stand, or in some of its texts. Both languages are looked for in both. */
export interface WordingRule {
  readonly code: FindingCode;
  /** Absent: everywhere. */
  readonly in?: readonly Role[];
  readonly pattern: RegExp;
  /** "We never share it with third parties" says the opposite. */
  readonly unlessDenied?: boolean;
  /** Only of forms that send something on request. */
  readonly withMagnet?: boolean;
}

const box: readonly Role[] = ['box-label', 'box-hint'];
const choosing: readonly Role[] = ['box-label', 'box-hint', 'submit', 'title', 'magnet-label'];
const mail: readonly Role[] = ['mail-subject', 'mail-text'];

const things = '(?:guide|file|e-?book|gift|checklist|download|paper|template|report|discount|copy|course)';

/** Recipients nobody can name. Also looked for in what the purposes of a form say. */
export const unnamedRecipients = phrase(
  '(?:(?:our|selected|trusted|business|chosen) )*(?:partners?|affiliates?|sponsors?|advertisers?)',
  'third[ -]part(?:y|ies)',
  '(?:other|selected|group) compan(?:y|ies)',
  '(?:(?:нашите|наши|избрани|подбрани|доверени|бизнес) )*(?:партньор~|спонсор~|рекламодател~)',
  'трети(?:те)? (?:лица|страни)',
  '(?:други|свързани|избрани) (?:лица|дружества|фирми|компании)',
  'дружествата от групата',
);

export const wordingRules: readonly WordingRule[] = [
  {
    code: 'pre-ticked',
    unlessDenied: true,
    pattern: phrase(
      '(?:is|are|already|been|comes?) (?:already )?(?:pre-?)?(?:ticked|checked|selected)',
      'pre-?(?:ticked|checked|selected)',
      '(?:ticked|checked|selected) (?:for you|in advance|by default)',
      '(?:вече|предварително|по подразбиране)(?: е| са)? (?:отметнат~|отбелязан~|избран~|маркиран~)',
      '(?:отметнат~|отбелязан~|избран~|маркиран~)(?: е| са)? (?:вместо Вас|предварително|по подразбиране)',
    ),
  },
  {
    code: 'consent-as-condition',
    pattern: phrase(
      'by (?:subscribing|submitting|sending|clicking|pressing|signing up|registering|continuing|using|filling|downloading|entering|providing|proceeding)[^.!?]{0,80}?(?:agree|consent|accept|allow)~',
      'you (?:must|have to|need to) (?:agree|consent|accept|subscribe|tick)',
      'only if you (?:agree|consent|accept|subscribe|tick)',
      '(?:consent|agreeing|subscribing) is (?:an? )?(?:condition|necessary)',
      "(?:if you (?:do not|don[’']t) (?:agree|consent|subscribe|tick)|without (?:your )?(?:consent|subscribing|a tick))[^.!?]{0,60}(?:cannot|can[’']t|will not|won[’']t|lose)[^.!?]{0,40}(?:order|enter|access|take part|participate|continue|download|use|win|service|discount)~",
      '(?:с|със|чрез) (?:изпращане|абониране|натискане|регистрир|регистрация|продължаване|използване|попълване|изтегляне|подаване)~[^.!?]{0,80}?(?:съгласява~|приема~|дава~ съгласие)',
      '(?:трябва|необходимо е|длъжни сте) да (?:се съгласи|дадете съгласие|приемете|се абонира|отбележите)~',
      '(?:само|единствено) ако (?:се съгласи|дадете съгласие|приемете|се абонира|отбележите)~',
      'съгласието е (?:необходимо )?условие',
      '(?:ако не|без да) (?:се съгласи|дадете съгласие|се абонира|отбележите)~[^.!?]{0,60}(?:няма да можете|не можете|губите|ще загубите|няма да получите)',
    ),
  },
  {
    code: 'consent-required',
    in: box,
    unlessDenied: true,
    pattern: phrase('required', 'mandatory', 'obligatory', 'compulsory', 'задължител~'),
  },
  {
    code: 'magnet-on-condition',
    withMagnet: true,
    pattern: phrase(
      '(?:in order )?to (?:get|receive|download)[^.!?]{0,80}(?:tick|agree|consent|subscribe|sign up)',
      `(?:tick|subscribe|sign up|agree|consent)[^.!?]{0,60}(?:to|and)(?: we will| you will| you)? (?:get|receive|download|send)[^.!?]{0,30}${things}`,
      'in (?:exchange|return) for (?:your )?(?:consent|subscrib|subscript|agree)~',
      'only (?:for )?subscribers',
      'за да (?:получите|изтеглите|вземете)[^.!?]{0,80}(?:отбележ|отметнет|съгласи|съгласие|абонира)~',
      '(?:отбележете|отметнете|съгласете се|абонирайте се)[^.!?]{0,60}(?:за да|и) (?:го |я |ги )?(?:получите|ще получите|изтеглите|Ви (?:го |я |ги )?изпратим)',
      'срещу (?:съгласие|съгласието|абонамент|Вашето съгласие)~',
      'само (?:за )?абонат~',
    ),
  },
  {
    code: 'silence-as-consent',
    pattern: phrase(
      "(?:if|unless) (?:you )?(?:do not|don[’']t|tell us|you tell us|you object|object|we hear)[^.!?]{0,50}(?:assume|otherwise|from you|opt out|we will (?:send|write|call)|you agree|you consent)",
      '(?:scrolling|browsing|continuing to (?:use|browse|read)|staying on)[^.!?]{0,60}(?:agree|consent|accept)~',
      'we (?:will )?(?:assume|take it|consider)[^.!?]{0,40}(?:consent|agree)~',
      'silence',
      'ако не (?:възрази|откаже|отговори|се отпише)~[^.!?]{0,60}(?:приемаме|смятаме|считаме|съгласи~|ще (?:Ви )?изпращаме|ще получавате)',
      '(?:с|със|чрез) (?:превъртане|разглеждане|продължаване|оставане)~[^.!?]{0,60}(?:съгласява|приема|съгласие)~',
      '(?:приемаме|смятаме|считаме),? че[^.!?]{0,40}(?:съглас~)',
      'мълчание~',
    ),
  },
  { code: 'unnamed-recipients', unlessDenied: true, pattern: unnamedRecipients },
  {
    code: 'double-negative',
    pattern: phrase(
      "(?:untick|uncheck|un-tick|deselect|clear|tick|check|leave)[^.!?]{0,60}if you (?:do not|don[’']t|would rather not|prefer not)",
      '(?:махнете|премахнете|изчистете|отметнете|отбележете|оставете|поставете)[^.!?]{0,60}ако не (?:желаете|искате|сте)',
    ),
  },
  {
    code: 'double-negative',
    in: ['box-label'],
    pattern: phrase(
      "I (?:do not|don[’']t) (?:object|mind|want|wish|refuse|opt out)",
      'opt[ -]?out',
      'не (?:възразявам|отказвам|желая|искам|съм против)',
      'нямам (?:нищо )?(?:против|възражения)',
    ),
  },
  {
    code: 'shaming',
    pattern: phrase(
      'no,? thanks',
      "I (?:don[’']t|do not) (?:like|care|want to save|need)",
      'I (?:prefer|would rather) (?:to )?(?:stay|pay|miss|not)',
      'miss(?:ing)? out',
      'regret~',
      "you(?:[’']ll| will) lose",
      '(?:smart|clever) (?:people|customers)',
      'не,? благодаря',
      'предпочитам да (?:плащам|пропусна|изпусна|остана)',
      'ще (?:съжалявате|загубите|изпуснете|пропуснете)',
      'умните (?:хора|клиенти)',
      'не ме интересува~',
    ),
  },
  {
    code: 'urgency',
    pattern: phrase(
      'last chance',
      'hurry(?: up)?',
      '(?:only today|today only|only now)',
      'act now',
      "don[’']t (?:wait|miss|delay)",
      'limited (?:time|offer|places|number)',
      'now or never',
      "before it[’']s too late",
      'join (?:over |more than )?(?:[\\d.,]+|thousands|hundreds)',
      'everyone else',
      'последен шанс',
      'побързайте',
      'само (?:днес|сега)',
      'не (?:чакайте|пропускайте|отлагайте|изпускайте)',
      'сега или никога',
      'преди да е късно',
      'ограничен~ (?:оферта|време|брой|места)',
      'присъединете се към',
      'хиляди (?:други|хора|читатели|абонати|клиенти)',
      'всички останали',
    ),
  },
  {
    code: 'emphasis-on-yes',
    in: choosing,
    pattern: phrase(
      'yes,? (?:please|I want|I do|sign me|send|count)[^.!?]{0,20}',
      'recommended',
      'best choice',
      'most people (?:choose|tick|agree)',
      'да,? (?:искам|желая|запишете|изпращайте)[^.!?]{0,20}',
      'препоръчително',
      'препоръчано',
      'препоръчваме',
      'най-добрият избор',
      'повечето хора (?:избират|отбелязват)',
    ),
  },
  {
    code: 'emphasis-on-yes',
    in: [...box, 'submit'],
    pattern: /(?![©®™\d#*])[\p{Extended_Pictographic}→➔➜►▶★☆✓✔]|!/gu,
  },
  { code: 'emphasis-on-yes', pattern: /!{2,}/gu },
  {
    code: 'withdrawal-denied',
    pattern: phrase(
      'irrevocabl~',
      "(?:cannot|can[’']t|can not) (?:be )?(?:withdraw|withdrawn|revoke|revoked|unsubscribe|undone)",
      '(?:withdraw|unsubscrib)~[^.!?]{0,40}(?:only (?:by (?:post|letter|registered)|in (?:writing|person))|for a fee|against payment|not possible)',
      'for ?ever',
      'неотменим~',
      'не може да (?:се оттегли|бъде оттеглено|се отпише)~',
      'не можете да (?:се отпишете|го оттеглите|оттеглите)',
      '(?:оттегл|отпис)~[^.!?]{0,40}(?:само (?:писмено|по пощата|с писмо|лично|на място)|срещу (?:такса|заплащане)|не е възможно)',
      'завинаги',
    ),
  },
  {
    code: 'box-with-terms',
    in: ['box-label'],
    pattern: phrase(
      '(?:the |our )?terms(?: and conditions| of (?:use|service))?',
      'privacy (?:policy|notice)',
      'T ?& ?Cs?',
      'I have read',
      'общи(?:те)? условия',
      'условия(?:та)? за (?:ползване|използване)',
      'политика(?:та)? (?:за|на) (?:поверителност|лични|защита)~',
      'запознат~',
      'прочетох',
    ),
  },
  {
    code: 'gendered-wording',
    pattern:
      /(?<!\p{L})(?:съгласен|съгласна|запознат|запозната)(?:\s*[/(]\s*н?а\)?)?(?=\s+съм|\s*[/(])|(?<!\p{L})съм (?:съгласен|съгласна)(?!\p{L})/giu,
  },
  {
    code: 'mail-marketing',
    in: mail,
    pattern: phrase(
      '(?:special )?offers?',
      'discount~',
      'sale',
      'promo~',
      'for free',
      'free (?:gift|shipping|delivery)',
      'deals?',
      'vouchers?',
      'coupons?',
      '(?:buy|shop|order) (?:now|today)',
      'оферт~',
      'отстъпк~',
      'промоци~',
      'разпродажб~',
      'безплат~',
      'подаръ~',
      'намалени~',
      'ваучер~',
      'купон~',
      '(?:купете|поръчайте|пазарувайте)',
      '\\d+ ?(?:лв|евро|euro?|BGN|EUR)',
    ),
  },
  { code: 'mail-marketing', in: mail, pattern: /\d+\s?%|[€$£]\s?\d|\d\s?[€$£]/gu },
  {
    code: 'national-id',
    in: ['field-label'],
    pattern: phrase(
      'ЕГН',
      'единен граждански номер',
      'лична карта',
      'паспорт~',
      'national (?:id|identification)~',
      'identity (?:card|document)',
      'passport~',
      'social security~',
      'personal identification number',
    ),
  },
  {
    code: 'birth-date',
    in: ['field-label'],
    pattern: phrase('дата на раждане', 'рожден~ (?:ден|дата)', 'date of birth', 'birth ?date', 'birthday'),
  },
];

/** Signs that a field asks for data of a special category (Art. 9(1)). */
export const specialCategories = phrase(
  'health',
  'illness~',
  'diseases?',
  'diagnos~',
  'medic~',
  'allerg~',
  'disabilit~',
  'pregnan~',
  'religio~',
  'faith',
  'political~',
  '(?:political )?party membership',
  'trade unions?',
  'ethnic~',
  'race',
  'racial',
  'sexual~',
  'sex life',
  'biometric~',
  'genetic~',
  'blood (?:type|group)',
  'здраве(?:то)?',
  'здравослов~',
  'заболяван~',
  'болест~',
  'диагноз~',
  'лекарств~',
  'алерги~',
  'увреждан~',
  'бременн~',
  'религи~',
  'вероизповедан~',
  'политическ~',
  'партийн~',
  'синдикал~',
  'профсъюз~',
  'етни~',
  'етнос~',
  'раса',
  'расов~',
  'сексуал~',
  'биометр~',
  'генетич~',
  'кръвна група',
);

/** Signs that a form speaks to children. */
export const childrenWords = phrase(
  'children',
  'kids',
  'teenagers',
  'teens',
  'pupils',
  'деца(?:та)?',
  'детск~',
  'ученици~',
  'тийнейджър~',
);

/** How a box says by which way people are reached. */
export const channelWords = {
  email: phrase('e-?mail~', 'имейл~', 'електронна(?:та)? поща'),
  sms: phrase('sms~', 'text messages?', 'texts? me', 'есемес~', 'смс~'),
  phone: phrase(
    'by (?:tele)?phone',
    '(?:and|or|,) ?(?:tele)?phone',
    '(?:tele)?phon(?:e|ing) (?:me|calls?)',
    'call(?:s|ing)?(?: me)?',
    'по телефона?',
    '(?:и|или|,) ?телефон',
    'телефонни обаждания',
    '(?:се )?обажда~',
  ),
  post: phrase(
    'by (?:post|letter)',
    '(?:and|or) (?:post|letter)',
    'postal',
    '(?:по|и|или) (?:обикновена )?поща(?:та)?',
    'с писмо',
  ),
  messenger: phrase('viber', 'whatsapp', 'messenger', 'вайбър'),
} as const;

/** What a box says will be done. Two of these are two consents. */
export const useWords = {
  sends: phrase('send(?:s|ing)?', 'e-?mailing', 'изпраща~', 'праща~'),
  shares: phrase(
    'shar(?:e|es|ing)',
    'disclos~',
    'pass(?:es|ing)? (?:on|my)',
    'transfer~',
    'sell(?:s|ing)?',
    'предоставя~',
    'споделя~',
    'предава~',
    'разкрива~',
    'продава~',
  ),
  observes: phrase(
    'profil(?:e|es|ing)',
    'personali[sz]~',
    'analy[sz]~',
    'track~',
    'measur~',
    'record(?:s|ing)',
    'monitor~',
    'профилира~',
    'персонализира~',
    'анализира~',
    'проследява~',
    'отчита',
    'отчитат',
    'следи',
    'измерва~',
  ),
  publishes: phrase('publish~', 'photograph~', 'публикува~', 'снима', 'заснема~'),
} as const;
