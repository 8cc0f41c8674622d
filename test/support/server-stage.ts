import type { BrowserContext } from 'playwright-core';
import type { Keys } from '#platform/crypto/keys.ts';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { ask, owner, type Server } from './server.ts';
import { keysOf, openForm, postForm } from './server-forms.ts';

/** A small company after its first weeks, made as its people would make it: through the pages and the API. */
export interface Stage {
  readonly keys: Keys;
  /** As the owner, who is signed in. */
  readonly api: Api;
  /** Gives the owner's session to a browser. */
  signIn(context: BrowserContext): Promise<void>;
  /** Id of a contact by e-mail address, as the API writes it. */
  contactId(email: string): Promise<string>;
  /** Path of a page a mail to this address links to. */
  link(kind: 'preferences' | 'unsubscribe' | 'why' | 'confirm' | 'receipt', email: string): Promise<string>;
}

export type Api = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<T>;

/** The one who stands in the pictures. */
export const heroine = 'maria.georgieva@example.bg';

const subscribers = [
  { email: heroine, name: 'Мария' },
  { email: 'ivan.petrov@example.com', name: 'Иван' },
  { email: 'elena.dimitrova@example.bg', name: 'Елена' },
  { email: 'иван@пример.бг', name: 'Иван' },
  { email: 'anna.kowalska@example.pl', name: 'Anna', language: 'en' },
  { email: 'georgi.stoyanov@example.bg', name: 'Георги', later: 'withdraws' },
  { email: 'petya@example.bg', name: 'Петя', later: 'waits' },
] as const;

const customers = [
  {
    givenName: 'Николай',
    familyName: 'Тодоров',
    company: 'Пекарна Хляб и сол',
    city: 'Пловдив',
    email: 'nikolay@example.bg',
    phone: '0888 123 456',
  },
  {
    givenName: 'Sofia',
    familyName: 'Müller',
    company: 'Alpenkräuter GmbH',
    city: 'Graz',
    email: 'sofia.mueller@example.at',
    country: 'AT',
    language: 'en',
  },
  { givenName: 'Десислава', familyName: 'Христова', company: 'Аптека Здравец', city: 'Смолян', email: 'desi@example.bg' },
] as const;

/** For a server that was started without an owner. */
export async function fillStage(server: Server): Promise<Stage> {
  await setUp(server);
  const keys = await keysOf(server);
  const session = await signIn(server);
  const api = apiOf(server, session);

  await publishTwoBoxes(api);
  for (const person of subscribers) await subscribe(server, keys, person);
  for (const customer of customers)
    await api('POST', '/contacts', { ...contract('Поръчка по телефона'), language: 'bg', country: 'BG', ...customer });
  await api('POST', '/contacts', {
    givenName: 'Стоян',
    email: 'stoyan@example.bg',
    language: 'bg',
    source: { kind: 'third-party', label: 'Стар списък от предишния собственик', obtainedFrom: 'other' },
    purpose: 'customer-relations',
    legalBasis: 'unknown',
  });
  const stage: Stage = {
    keys,
    api,
    async signIn(context) {
      const [name = '', value = ''] = session.split(/=(.*)/);
      await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Lax' }]);
    },
    async contactId(email) {
      const { data } = await api<{ data: { id: string; email: string }[] }>(
        'GET',
        `/contacts?${new URLSearchParams({ search: email })}`,
      );
      const [found] = data;
      if (!found) throw new Error('nobody has this address');
      return found.id;
    },
    link: (kind, email) => linkOf(server, keys, kind, email),
  };
  await tellMoreAbout(stage);
  return stage;
}

/** The API as the owner, of a server that was started with one. */
export async function openApi(server: Server): Promise<Api> {
  return apiOf(server, await signIn(server));
}

async function setUp(server: Server): Promise<void> {
  const response = await postForm(server.setUpUrl ?? '', {
    language: 'bg',
    companyName: 'Билки Родопа ООД',
    registrationNumber: '206543210',
    address: 'Смолян 4700, ул. „Перелик“ 12',
    companyEmail: 'zdravei@bilki-rodopa.bg',
    dpoName: 'Радка Иванова',
    dpoEmail: 'danni@bilki-rodopa.bg',
    name: 'Мила Иванова',
    email: owner.email,
    password: owner.password,
  });
  if (response.status !== 303) throw new Error(`set-up was refused: ${response.status}`);
}

/** The cookie of a new session of the owner: `name=value`. */
export async function signIn(server: Server): Promise<string> {
  const response = await fetch(`${server.url}/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(owner),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`signing in was refused: ${response.status}`);
  return cookie;
}

export function apiOf(server: Server, cookie: string): Api {
  return async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        cookie,
        origin: server.url,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  };
}

/** Invitations by e-mail and SMS beside the newsletter, so that there is something to choose. */
async function publishTwoBoxes(api: Api): Promise<void> {
  const events = await api<{ id: string }>('POST', '/purposes', {
    slug: 'workshops',
    name: { bg: 'Покани за работилници', en: 'Workshop invitations' },
    explanation: {
      bg: 'Каним Ви на билкарски работилници в Смолян и София.',
      en: 'We invite you to herb workshops in Smolyan and Sofia.',
    },
    legalBasis: 'consent',
    dataCategories: ['email', 'given_name'],
    channels: ['email', 'sms'],
    recipients: [{ name: 'Поща Плюс ООД', country: 'BG', role: 'изпращане на имейли' }],
    retention: { starts: 'withdrawal', months: 0 },
    isMarketing: true,
    doubleOptIn: true,
    consentValidMonths: 24,
  });
  const { data } = await api<{ data: { id: string; published: { definition: { boxes: unknown[] } } }[] }>('GET', '/forms');
  const [form] = data;
  if (!form) throw new Error('set-up made no form');
  const { definition } = form.published;
  const box = {
    purpose: events.id,
    channel: 'email',
    label: {
      bg: 'Давам съгласие „Билки Родопа ООД“ да ми изпраща покани за работилници по имейл.',
      en: 'I consent to Билки Родопа ООД e-mailing me invitations to workshops.',
    },
    hint: { bg: 'Около четири пъти в годината.', en: 'About four times a year.' },
  };
  await api('POST', `/forms/${form.id}/versions`, { definition: { ...definition, boxes: [...definition.boxes, box] } });
}

interface Subscriber {
  readonly email: string;
  readonly name: string;
  readonly language?: 'en';
  readonly later?: 'withdraws' | 'waits';
}

async function subscribe(server: Server, keys: Keys, person: Subscriber): Promise<void> {
  const language = person.language ?? 'bg';
  const { token } = await openForm(server, keys, language);
  const fields = { _form: token, email: person.email, given_name: person.name, consent: 'newsletter:email' };
  const sent = await postForm(`${server.url}/f/newsletter?lang=${language}`, fields);
  if (sent.status !== 303) throw new Error(`the form was refused: ${sent.status}`);
  if (person.later === 'waits') return;
  await postForm(`${server.url}${await linkOf(server, keys, 'confirm', person.email)}?lang=${language}`, { answer: 'confirm' });
  if (person.later !== 'withdraws') return;
  await postForm(`${server.url}${await linkOf(server, keys, 'unsubscribe', person.email)}`, { answer: 'unsubscribe' });
}

async function linkOf(server: Server, keys: Keys, kind: string, email: string): Promise<string> {
  const [row] = await ask<{ contact: string; submission: string; purpose: string; delivery: string; receipt: string }>(
    server,
    `select p.contact_id as contact, u.id as purpose,
            (select s.id from submission s where s.contact_id = p.contact_id order by s.created_at desc limit 1) as submission,
            (select d.id from delivery d where d.contact_id = p.contact_id order by d.created_at desc, d.id desc limit 1) as delivery,
            (select e.id from ledger_entry e where e.contact_id = p.contact_id and e.kind = 'consent-given' order by e.id desc limit 1) as receipt
       from contact_point p, purpose u where $1 in (p.match_key, p.original) and u.slug = 'newsletter'`,
    [email],
  );
  if (!row) throw new Error('nobody has this address');
  const ids =
    {
      preferences: [row.contact],
      unsubscribe: [row.contact, row.purpose],
      why: [row.delivery],
      confirm: [row.submission],
      receipt: [row.receipt],
    }[kind] ?? [];
  const folder = { preferences: 'p', unsubscribe: 'u', why: 'why', confirm: 'confirm', receipt: 'receipts' }[kind] ?? '';
  return `/${folder}/${createLinkToken(keys, { kind, ids })}`;
}

function contract(label: string) {
  return {
    source: { kind: 'staff', label, obtainedFrom: 'data-subject' },
    purpose: 'customer-relations',
    legalBasis: 'contract',
  };
}

/** The subscriber becomes a customer too; others object and contest. */
async function tellMoreAbout({ api, contactId }: Stage): Promise<void> {
  await api('PATCH', `/contacts/${await contactId(heroine)}`, {
    changes: {
      familyName: 'Георгиева',
      company: 'Чайна „Липа“ ЕООД',
      jobTitle: 'управител',
      city: 'Пловдив',
      phone: '+359 88 123 4567',
    },
    country: 'BG',
    ...contract('Панаир Пловдив, щанд 14'),
    reason: 'Поръча каталог на място',
  });
  await api('POST', `/contacts/${await contactId('desi@example.bg')}/permissions/object`, {
    purpose: null,
    channel: null,
    method: 'phone',
  });
  await api('POST', `/contacts/${await contactId('sofia.mueller@example.at')}/permissions/restrict`, { ground: 'a' });
  await api('POST', '/forms', { slug: 'catalogue' });
}

/** Invites a colleague with this role and gives their session to a browser. */
export async function signInAs(
  server: Server,
  stage: Stage,
  context: BrowserContext,
  colleague: { readonly role: string; readonly language: string },
): Promise<void> {
  const invited = await stage.api<{ inviteUrl: string }>('POST', '/staff', {
    email: `${colleague.role}@primer.bg`,
    name: 'Петър Колев',
    ...colleague,
  });
  const taken = await postForm(invited.inviteUrl, { name: 'Петър Колев', password: owner.password });
  const cookie = taken.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`the invitation was refused: ${taken.status}`);
  const [name = '', value = ''] = cookie.split(/=(.*)/);
  await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Lax' }]);
}
