import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Keys } from '#platform/crypto/keys.ts';
import { connect, inTransaction, SESSION_OPTIONS } from '#platform/database/connect.ts';
import type { Entry } from '#src/ledger/entry.ts';
import { leafHashOf } from '#src/ledger/leaf.ts';
import { type Cell, copyInto } from './copy-rows.ts';
import { type Grounds, layGrounds } from './grounds.ts';
import { type Life, type Moment, makeLife } from './lives.ts';
import { makePerson, type Person } from './people.ts';
import { type Random, randomOf } from './random.ts';

export interface Generation {
  readonly ownerUrl: string;
  /** Keys of the installation whose database this is: suppression must recognise the addresses. */
  readonly keys: Keys;
  /** At most 1,048,576. */
  readonly contacts: number;
  readonly seed?: number;
  readonly onProgress?: (what: string) => void;
}

export interface Generated {
  readonly contacts: number;
  readonly entries: number;
  readonly deliveries: number;
  readonly seconds: number;
}

const YEARS = 5;
const DAY = 86_400_000;
const MOST = 2 ** 20;

/**
 * Fills an empty workspace with lifelike contacts: the same seed on the same day gives the same people, addresses and
 * lives. Rows arrive as life brings them, contacts by the day they came and ledger entries by the day they happened, so
 * that one person's entries lie scattered over the table as they would.
 *
 * Triggers and foreign keys are off while rows are copied (the owner may), everything they keep true is written out here,
 * and {@link checkGenerated} asks the database afterwards whether it is.
 */
export async function generateContacts(generation: Generation): Promise<Generated> {
  if (generation.contacts > MOST) throw new RangeError(`at most ${MOST} contacts`);
  const started = performance.now();
  const grounds = await layGroundsIn(generation.ownerUrl);
  const world = createWorld(generation, grounds);

  const client = new pg.Client({ connectionString: generation.ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(`set work_mem = '256MB'; set maintenance_work_mem = '256MB'`);
    await client.query('begin');
    const moments = await copyPeople(client, world, generation);
    generation.onProgress?.('ledger');
    await copyLedger(client, world, moments, generation);
    generation.onProgress?.('permissions');
    await client.query('insert into permission_state select * from permission_fold');
    await client.query('insert into ledger_waiting (entry_id, leaf_hash) select id, leaf_hash from ledger_entry');
    await client.query('commit');
    generation.onProgress?.('statistics');
    await client.query(
      'vacuum (analyze) contact, contact_point, ledger_entry, ledger_salt, permission_state, submission, delivery, provenance, source, purpose',
    );
    const { rows } = await client.query<{ n: string }>('select count(*) as n from delivery');
    return {
      contacts: generation.contacts,
      entries: moments.length,
      deliveries: Number(rows[0]?.n),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await client.end();
  }
}

async function layGroundsIn(ownerUrl: string): Promise<Grounds> {
  const connection = connect(ownerUrl, { max: 1 });
  try {
    return await inTransaction(connection.db, layGrounds);
  } finally {
    await connection.close();
  }
}

/** Everything there is, made again on demand from a number. */
interface World {
  readonly grounds: Grounds;
  person(contact: number): Person;
  life(contact: number): Life;
  arrivedAt(contact: number): number;
  contactId(contact: number): string;
  entryId(contact: number, moment: number, at: number): string;
  pointId(contact: number, place: number): string;
  salt(contact: number): Buffer;
}

function createWorld(generation: Generation, grounds: Grounds): World {
  const seed = generation.seed ?? 20_261_123;
  const until = Math.floor(Date.now() / DAY) * DAY;
  const span = YEARS * 365 * DAY;
  const arrivedAt = (contact: number) =>
    Math.floor(until - span + ((contact + randomOf(seed + 1, contact)() * 0.9) * span) / generation.contacts);
  return {
    grounds,
    arrivedAt,
    person: (contact) => makePerson(randomOf(seed + 2, contact), contact),
    life: (contact) => makeLife(randomOf(seed + 3, contact), grounds, arrivedAt(contact), until),
    contactId: (contact) => uuidOf(arrivedAt(contact), randomOf(seed + 4, contact)),
    entryId: (contact, moment, at) => uuidOf(at, randomOf(seed + 5, contact * 16 + moment)),
    pointId: (contact, place) => uuidOf(arrivedAt(contact), randomOf(seed + 6, contact * 16 + place)),
    salt: (contact) => createHash('sha256').update(`salt ${seed} ${contact}`).digest(),
  };
}

/** A version 7 UUID of that moment. */
function uuidOf(at: number, random: Random): string {
  const time = at.toString(16).padStart(12, '0');
  const bits = () =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const a = bits();
  const b = bits();
  const variant = '89ab'[Number.parseInt(a[3] ?? '0', 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(0, 3)}-${variant}${a.slice(4, 7)}-${a[7]}${b}${bits().slice(0, 3)}`;
}

const CONTACTS_AT_ONCE = 5000;

/** Copies everything but the ledger; returns when each moment of a life was, sorted, for the ledger to follow. */
async function copyPeople(client: pg.Client, world: World, generation: Generation): Promise<Float64Array> {
  const moments = new Float64Array(generation.contacts * 16);
  let known = 0;
  for (let from = 0; from < generation.contacts; from += CONTACTS_AT_ONCE) {
    const tables = rowsOf(world, generation, from, Math.min(from + CONTACTS_AT_ONCE, generation.contacts), (packed) => {
      moments[known++] = packed;
    });
    for (const [table, { columns, rows }] of Object.entries(tables)) {
      const copy = copyInto(client, table, columns);
      for (const row of rows) {
        copy.add(row);
        await copy.flush();
      }
      await copy.end();
    }
    generation.onProgress?.(`contacts ${Math.min(from + CONTACTS_AT_ONCE, generation.contacts)}`);
  }
  return moments.slice(0, known).sort();
}

function rowsOf(world: World, generation: Generation, from: number, to: number, keep: (packed: number) => void) {
  const { grounds } = world;
  const contact: Cell[][] = [];
  const point: Cell[][] = [];
  const salt: Cell[][] = [];
  const submission: Cell[][] = [];
  const delivery: Cell[][] = [];
  for (let index = from; index < to; index++) {
    const person = world.person(index);
    const life = world.life(index);
    const id = world.contactId(index);
    const at = new Date(world.arrivedAt(index)).toISOString();
    const changed = new Date(life.moments.at(-1)?.at ?? world.arrivedAt(index)).toISOString();
    const provenance = grounds.provenance(life.origin.source, life.origin.purpose, life.origin.basis);
    const isStub = life.state === 'unconfirmed';

    contact.push([
      id,
      life.state,
      person.language,
      isStub ? null : person.country,
      isStub ? '{}' : factsOf(person, provenance, at),
      provenance,
      person.email,
      searchTextOf(person, isStub),
      at,
      changed,
    ]);
    for (const [place, kind] of (['email', 'phone'] as const).entries()) {
      const address = isStub && kind === 'phone' ? null : person[kind];
      if (!address) continue;
      point.push([
        world.pointId(index, place),
        id,
        kind,
        address,
        address,
        address,
        generation.keys.matchHash(kind, address),
        `{${provenance}}`,
        true,
        kind === 'email' && life.submission === 'confirmed' ? at : null,
        at,
      ]);
    }
    salt.push([id, world.salt(index)]);
    for (const [moment, { at }] of life.moments.entries()) keep(pack(at, index, moment));
    if (life.submission) {
      submission.push([
        world.pointId(index, 8),
        grounds.formVersionId,
        id,
        person.language,
        life.submission,
        '{}',
        JSON.stringify([{ purpose: grounds.purposes.newsletter.id, channel: 'email', ticked: true }]),
        '{"shown":"here"}',
        at,
        new Date(world.arrivedAt(index) + 7 * DAY).toISOString(),
        life.submission === 'pending' ? null : changed,
      ]);
      for (const [place, one] of deliveriesOf(world, life, index).entries()) {
        delivery.push([
          world.pointId(index, 9 + place),
          id,
          world.pointId(index, 0),
          one.purpose,
          'email',
          one.template,
          JSON.stringify({ submission: world.pointId(index, 8) }),
          person.language,
          'sent',
          one.allowedBy,
          one.at,
          one.at,
          one.at,
        ]);
      }
    }
  }
  return {
    contact: {
      columns: [
        'id',
        'state',
        'language',
        'country',
        'facts',
        'origin_id',
        'primary_email',
        'search_text',
        'created_at',
        'updated_at',
      ],
      rows: contact,
    },
    contact_point: {
      columns: [
        'id',
        'contact_id',
        'kind',
        'original',
        'normalised',
        'match_key',
        'match_hash',
        'provenance_ids',
        'is_primary',
        'verified_at',
        'created_at',
      ],
      rows: point,
    },
    ledger_salt: { columns: ['contact_id', 'salt'], rows: salt },
    submission: {
      columns: [
        'id',
        'form_version_id',
        'contact_id',
        'language',
        'status',
        'answers',
        'boxes',
        'evidence',
        'created_at',
        'expires_at',
        'settled_at',
      ],
      rows: submission,
    },
    delivery: {
      columns: [
        'id',
        'contact_id',
        'contact_point_id',
        'purpose_id',
        'channel',
        'template',
        'parameters',
        'language',
        'status',
        'allowed_by',
        'not_before',
        'created_at',
        'settled_at',
      ],
      rows: delivery,
    },
  };
}

/** The confirmation that was sent, and the message after it. */
function deliveriesOf(world: World, life: Life, index: number) {
  const messages: { purpose: string; template: string; allowedBy: string; at: string }[] = [];
  for (const [moment, { kind, at, purpose }] of life.moments.entries()) {
    const template =
      moment === 0 && kind === 'basis-asserted'
        ? 'confirm-consent'
        : kind === 'consent-given' && moment <= 3
          ? 'subscription-confirmed'
          : undefined;
    if (!template || !purpose || (template === 'subscription-confirmed' && messages.length !== 1)) continue;
    messages.push({ purpose: purpose.id, template, allowedBy: world.entryId(index, moment, at), at: new Date(at).toISOString() });
  }
  return messages;
}

function factsOf(person: Person, provenance: string, at: string): string {
  const values = {
    given_name: person.givenName,
    family_name: person.familyName,
    company: person.company,
    job_title: person.jobTitle,
    city: person.city,
  };
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(values).flatMap(([field, value]) => (value ? [[field, { value, provenance: [provenance], at }]] : [])),
    ),
  );
}

/** As `search_text_of` in the database. */
function searchTextOf(person: Person, isStub: boolean): string {
  const parts = isStub
    ? [person.email]
    : [`${person.givenName} ${person.familyName}`, person.company, person.email, person.phone];
  return parts.filter(Boolean).join(' ').toLowerCase();
}

// Second, contact and number of the moment in one double, so that millions sort as plain numbers.
const EPOCH = Date.UTC(2018, 0, 1);
const pack = (at: number, contact: number, moment: number) => Math.floor((at - EPOCH) / 1000) * 2 ** 24 + contact * 16 + moment;

async function copyLedger(client: pg.Client, world: World, moments: Float64Array, generation: Generation): Promise<void> {
  const copy = copyInto(client, 'ledger_entry', [
    'id',
    'kind',
    'contact_id',
    'purpose_id',
    'purpose_version',
    'channel',
    'legal_basis',
    'permission_ground',
    'occurred_at',
    'until',
    'source_id',
    'notice_hash',
    'language',
    'actor',
    'actor_id',
    'method',
    'evidence',
    'leaf_hash',
    'recorded_at',
  ]);
  for (const [done, packed] of moments.entries()) {
    const reference = packed % 2 ** 24;
    const contact = Math.floor(reference / 16);
    const number = reference % 16;
    const moment = world.life(contact).moments[number];
    if (!moment) throw new Error('a life was not the same twice');
    const entry = entryOf(world, contact, number, moment);
    const occurred = entry.occurredAt.toISOString();
    copy.add([
      entry.id,
      entry.kind,
      entry.contactId,
      entry.purpose?.id ?? null,
      entry.purpose?.version ?? null,
      entry.channel ?? null,
      entry.legalBasis ?? null,
      entry.permissionGround ?? null,
      occurred,
      entry.until?.toISOString() ?? null,
      entry.sourceId,
      entry.noticeHash ? Buffer.from(entry.noticeHash, 'hex') : null,
      entry.language ?? null,
      entry.actor.kind,
      null,
      entry.method,
      JSON.stringify(entry.evidence ?? {}),
      leafHashOf(world.salt(contact), entry),
      occurred,
    ]);
    await copy.flush();
    if (done % 200_000 === 0) generation.onProgress?.(`ledger ${done}`);
  }
  await copy.end();
}

function entryOf(world: World, contact: number, number: number, moment: Moment): Entry {
  const { grounds } = world;
  const language = world.person(contact).language;
  const contactId = world.contactId(contact);
  return {
    id: world.entryId(contact, number, moment.at),
    kind: moment.kind,
    contactId,
    ...(moment.purpose ? { purpose: { id: moment.purpose.id, version: moment.purpose.version } } : {}),
    ...(moment.channel ? { channel: moment.channel } : {}),
    ...(moment.legalBasis ? { legalBasis: moment.legalBasis } : {}),
    ...(moment.permissionGround ? { permissionGround: moment.permissionGround } : {}),
    occurredAt: new Date(moment.at),
    ...(moment.until ? { until: new Date(moment.until) } : {}),
    sourceId: grounds.sources[moment.source],
    ...(moment.shown ? { noticeHash: grounds.notice[language], language } : {}),
    actor: moment.actor === 'contact' ? { kind: 'contact', contactId } : { kind: moment.actor },
    method: moment.method,
    evidence: moment.evidence,
  };
}
