import type { Channel } from '#src/purposes/purpose.ts';
import { factFields } from './contact.ts';

/** What a table of many people can have as a column, besides their facts. */
export const recordColumns = [
  'id',
  'email',
  'other_emails',
  'phone',
  'other_phones',
  'postal_address',
  'language',
  'country',
  'state',
  'created_at',
  'updated_at',
  'source',
  'obtained_from',
  'collected_for',
  'legal_basis',
] as const;
/** What accounts for the use of each person's data for the purpose the table is for. */
export const permissionColumns = ['permission_basis', 'permission_ground', 'permission_since', 'permission_until'] as const;
export type RecordColumn = (typeof recordColumns)[number];
export type PermissionColumn = (typeof permissionColumns)[number];

export interface PeopleColumn {
  readonly key: string;
  /** Times come as eight bytes, everything else as text. */
  readonly isTime: boolean;
}

interface Known {
  readonly sql: string;
  readonly join?: keyof typeof joins;
  readonly isTime?: true;
}

const joins = {
  phone: `left join contact_point phone on phone.contact_id = c.id and phone.kind = 'phone' and phone.is_primary`,
  post: `left join contact_point post on post.contact_id = c.id and post.kind = 'post' and post.is_primary`,
  other: `left join lateral (
      select string_agg(o.original, '; ' order by o.id) filter (where o.kind = 'email') as emails,
             string_agg(o.normalised, '; ' order by o.id) filter (where o.kind = 'phone') as phones
        from contact_point o where o.contact_id = c.id and not o.is_primary) other on true`,
  origin: `join provenance origin on origin.id = c.origin_id join source on source.id = origin.source_id join purpose on purpose.id = origin.purpose_id`,
  permission: '',
} as const;

const known: Readonly<Record<RecordColumn | PermissionColumn, Known>> = {
  id: { sql: `'con_' || replace(c.id::text, '-', '')` },
  email: { sql: 'c.primary_email' },
  other_emails: { sql: 'other.emails', join: 'other' },
  phone: { sql: 'phone.normalised', join: 'phone' },
  other_phones: { sql: 'other.phones', join: 'other' },
  postal_address: { sql: 'post.original', join: 'post' },
  language: { sql: 'c.language' },
  country: { sql: 'c.country' },
  state: { sql: 'c.state' },
  created_at: { sql: 'c.created_at', isTime: true },
  updated_at: { sql: 'c.updated_at', isTime: true },
  source: { sql: 'source.label', join: 'origin' },
  obtained_from: { sql: 'source.obtained_from', join: 'origin' },
  collected_for: { sql: 'purpose.slug', join: 'origin' },
  legal_basis: { sql: 'origin.legal_basis', join: 'origin' },
  permission_basis: { sql: 'permission.legal_basis', join: 'permission' },
  permission_ground: { sql: 'permission.permission_ground', join: 'permission' },
  permission_since: { sql: 'permission.occurred_at', join: 'permission', isTime: true },
  permission_until: { sql: 'permission.until', join: 'permission', isTime: true },
};

/** Keys of facts are no longer than the database lets them be, and hold nothing that SQL reads. */
const FACT = /^[a-z][a-z0-9_]{0,59}$/;
const columnsOfTable: readonly string[] = ['given_name', 'family_name', 'company'];

export function isColumn(key: string): key is RecordColumn | PermissionColumn {
  return Object.hasOwn(known, key);
}

/** The use the people's data are copied for; its permissions can be columns. */
export interface CopiedFor {
  readonly purposeId: string;
  readonly channel: Channel;
  readonly register: 'consent' | 'basis';
}

export interface PeopleQuery {
  readonly sql: string;
  readonly columns: readonly PeopleColumn[];
}

/**
 * A query of these columns of people, in the order of their ids; to be copied out, so everything stands in its text. `which` is
 * a condition on contact `c`.
 */
export function queryPeople(keys: readonly string[], which: string, use: CopiedFor | undefined): PeopleQuery {
  const wanted = keys.map((key) => ({ key, ...columnOf(key) }));
  const needed = new Set(wanted.flatMap(({ join }) => (join ? [join] : [])));
  const joined = [...needed].map((name) => (name === 'permission' ? permissionJoin(use) : joins[name]));
  return {
    sql: `select ${wanted.map(({ sql }) => sql).join(', ')} from contact c ${joined.join(' ')} where ${which} order by c.id`,
    columns: wanted.map(({ key, isTime }) => ({ key, isTime: isTime ?? false })),
  };
}

function columnOf(key: string): Known {
  if (isColumn(key)) return known[key];
  if (!FACT.test(key)) throw new RangeError('no such column');
  return { sql: columnsOfTable.includes(key) ? `c.${key}` : `c.facts->'${key}'->>'value'` };
}

function permissionJoin(use: CopiedFor | undefined): string {
  if (!use) return 'left join permission_state permission on false';
  return `left join permission_state permission on permission.contact_id = c.id and permission.purpose_id = '${uuid(use.purposeId)}'
    and permission.channel = '${word(use.channel)}' and permission.register = '${use.register}'`;
}

function uuid(id: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new RangeError('not a uuid');
  return id;
}

function word(text: string): string {
  if (!/^[a-z]+$/.test(text)) throw new RangeError('not a word');
  return text;
}

/** Every column there is for everybody. */
export const everyColumn: readonly string[] = [
  'id',
  ...factFields,
  ...recordColumns.filter((key) => key !== 'id'),
  ...permissionColumns,
];
