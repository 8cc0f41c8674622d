import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { callApi } from './call-api.ts';
import { quantile, timeEach } from './measure.ts';
import type { Figure } from './report.ts';
import type { Workspace } from './workspace.ts';

const EACH = 60;
const CEILING_MS = 100;
const FLAT = 2;
/** Below this a difference of two medians is the machine's, not the size's. */
const NOISE_MS = 5;

/** Lists as staff ask for them: 50 contacts a page, each with what may be sent to whom, and how many match. */
export async function benchContacts(workspace: Workspace, earlier: readonly Figure[]): Promise<Figure[]> {
  const known = await learn(workspace);
  const api = callApi(workspace);
  const figures: Figure[] = [];
  try {
    const questions = questionsOf(known);
    for (const ask of Object.values(questions)) await api.get(`/api/v1/contacts?limit=50&${ask(0)}`);
    for (const [what, ask] of Object.entries(questions)) {
      const times = await timeEach(EACH, (at) => api.get(`/api/v1/contacts?limit=50&${ask(at)}`));
      const smallest = earlier.find((figure) => figure.bench === 'contacts' && figure.what === what);
      const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
      const flat = !smallest || p50 <= Math.max(smallest.value * FLAT, smallest.value + NOISE_MS);
      figures.push({
        bench: 'contacts',
        what,
        contacts: workspace.contacts,
        value: p50,
        unit: 'ms',
        more: `p99 ${p99.toFixed(0)} ms${smallest ? `, ${(p50 / smallest.value).toFixed(2)} × of ${smallest.contacts}` : ''}`,
        floor: { text: `p99 ≤ ${CEILING_MS} ms, within ${FLAT} ×`, reached: p99 <= CEILING_MS && flat },
      });
    }
  } finally {
    api.close();
  }
  return figures;
}

interface Known {
  readonly purposes: Readonly<Record<string, string>>;
  readonly fair: string;
  readonly emails: readonly string[];
  readonly rareNames: readonly string[];
  /** Positions all over the list, in each order. */
  readonly places: readonly { id: string; name: string; changed: string }[];
}

async function learn(workspace: Workspace): Promise<Known> {
  const client = new pg.Client({ connectionString: workspace.ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    const part = Math.min(100, 200_000 / workspace.contacts);
    const people = await client.query<{ id: string; email: string; name: string; changed: Date }>(
      `select id, primary_email as email, sort_name as name, updated_at as changed
         from contact tablesample bernoulli (${part}) repeatable (2) where family_name is not null order by random() limit 200`,
    );
    const rare = await client.query<{ family_name: string }>(
      `select distinct family_name from contact tablesample bernoulli (${part}) repeatable (3) where family_name like '%а-%' limit 100`,
    );
    const purposes = await client.query<{ id: string; slug: string }>('select id, slug from purpose');
    const fair = await client.query<{ id: string }>(`select id from source where kind = 'event' limit 1`);
    return {
      purposes: Object.fromEntries(purposes.rows.map(({ id, slug }) => [slug, toPublicId('pur', id)])),
      fair: toPublicId('src', fair.rows[0]?.id ?? ''),
      emails: people.rows.map((row) => row.email),
      rareNames: rare.rows.map((row) => row.family_name),
      places: people.rows.map((row) => ({ id: row.id, name: row.name, changed: row.changed.toISOString() })),
    };
  } finally {
    await client.end();
  }
}

function questionsOf(known: Known): Record<string, (at: number) => string> {
  const one = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
  const query = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const deep = (sort: string, value: (place: Known['places'][number]) => string) => (at: number) => {
    const place = one(known.places, at);
    return query({
      sort,
      cursor: Buffer.from(JSON.stringify({ sort, value: value(place), id: place.id })).toString('base64url'),
    });
  };
  const may = (slug: string, channel: string) => () => query({ purpose: known.purposes[slug] ?? slug, channel, sort: 'name' });
  const search = (words: (at: number) => string, sort: string) => (at: number) => query({ search: words(at), sort });
  return {
    'newest first': () => 'sort=-created',
    'by name': () => 'sort=name',
    'by name, backwards': () => 'sort=-name',
    'last changed': () => 'sort=-changed',
    'deep page by name': deep('name', (place) => place.name),
    'deep page, last changed': deep('-changed', (place) => place.changed),
    'may: newsletter, by name': may('newsletter', 'email'),
    'may: events by SMS, by name': may('events', 'sms'),
    'may: soft opt-in, by name': may('similar-products', 'email'),
    'may: running confirmations': may('consent-confirmation', 'email'),
    'state quarantined, by name': () => 'state=quarantined&sort=name',
    'state unconfirmed, newest': () => 'state=unconfirmed&sort=-created',
    'source: the fair, by name': () => query({ source: known.fair, sort: 'name' }),
    'country CZ, by name': () => 'country=CZ&sort=name',
    'country nobody is from': () => 'country=LV&sort=name',
    'search: whole e-mail': search((at) => one(known.emails, at), '-created'),
    'search: start of an e-mail': search((at) => one(known.emails, at).split('@')[0] ?? '', '-created'),
    'search: rare family name': search((at) => one(known.rareNames, at), 'name'),
    'search: frequent name, newest': search(() => 'Мария', '-created'),
    'search: frequent name, by name': search(() => 'Мария', 'name'),
    'search: frequent family, by name': search(() => 'Иванова', 'name'),
    'search: given and family name': search(() => 'Мария Иванова', '-created'),
    'search: two letters': search((at) => one(['ма', 'ив', 'st', 'ро', 'zz'], at), '-created'),
    'search: nobody': search(() => 'щъркеланов', '-created'),
  };
}
