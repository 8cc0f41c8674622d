import pg from 'pg';

const HEADER = `-- What all migrations together made of the database, for reading and review. Not run by anything.
-- Made by "npm run schema:dump"; test/schema.test.ts compares.`;

/**
 * The schema `saglasie` as PostgreSQL itself describes it, in an order that changes only when the schema does. The embedded
 * server ships no pg_dump.
 */
export async function describeSchema(ownerUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Names of our own schema are written without it.
    await client.query('set search_path = saglasie, public');
    const parts = [HEADER];
    for (const query of [TYPES, FUNCTIONS, VIEWS]) parts.push(...(await textsOf(client, query)));
    parts.push(...(await describeTables(client)));
    return `${parts.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

async function textsOf(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(query);
  return rows.map(({ text }) => text.trim());
}

async function describeTables(client: pg.Client): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string; unlogged: boolean }>(TABLES);
  const linesOf = async (query: string) =>
    Map.groupBy((await client.query<{ table: string; text: string }>(query)).rows, (row) => row.table);
  const columns = await linesOf(COLUMNS);
  const constraints = await linesOf(CONSTRAINTS);
  const indexes = await linesOf(INDEXES);
  const triggers = await linesOf(TRIGGERS);
  const grants = await linesOf(GRANTS);

  return tables.map(({ name, unlogged }) => {
    const inside = [...(columns.get(name) ?? []), ...(constraints.get(name) ?? [])].map(({ text }) => `  ${text}`);
    const outside = [indexes, triggers, grants].flatMap((lines) => lines.get(name) ?? []).map(({ text }) => `${text};`);
    return [`create ${unlogged ? 'unlogged ' : ''}table ${name} (\n${inside.join(',\n')}\n);`, ...outside].join('\n');
  });
}

const OURS = `relnamespace = 'saglasie'::regnamespace`;

const TYPES = `
  select format(E'create type %I as (\\n%s\\n);', t.typname,
           (select string_agg(format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod)), E',\\n' order by a.attnum)
              from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0)) as text
    from pg_type t join pg_class c on c.oid = t.typrelid where c.${OURS} and c.relkind = 'c' order by t.typname`;

// Functions are named as in migrations; who may call one is told only where it is not everybody.
const FUNCTIONS = `
  select rtrim(replace(pg_get_functiondef(p.oid), 'FUNCTION saglasie.', 'FUNCTION '), E'\\n') || ';' || coalesce(
           (select E'\\n' || string_agg(format('grant execute on function %I to %s;', p.proname, coalesce(r.rolname, 'public')), E'\\n' order by r.rolname)
              from aclexplode(p.proacl) g left join pg_roles r on r.oid = g.grantee where g.grantee <> p.proowner), '') as text
    from pg_proc p where p.pronamespace = 'saglasie'::regnamespace and p.prokind = 'f' order by p.proname, pg_get_function_identity_arguments(p.oid)`;

const VIEWS = `
  select format(E'create view %I as\\n%s', c.relname, pg_get_viewdef(c.oid, true)) || coalesce(
           (select E'\\n' || string_agg(format('grant %s on %I to %I;', lower(g.privilege_type), c.relname, r.rolname), E'\\n' order by r.rolname, g.privilege_type)
              from aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee where g.grantee <> c.relowner), '') as text
    from pg_class c where c.${OURS} and c.relkind = 'v' order by c.relname`;

const TABLES = `select c.relname as name, c.relpersistence = 'u' as unlogged from pg_class c where c.${OURS} and c.relkind in ('r', 'p') order by c.relname`;

const COLUMNS = `
  select c.relname as table, concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
           case when a.attgenerated <> '' then format('generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid),
                                                      case a.attgenerated when 's' then 'stored' else 'virtual' end)
                when d.adbin is not null then 'default ' || pg_get_expr(d.adbin, d.adrelid) end,
           case when a.attnotnull then 'not null' end) as text
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.${OURS} and c.relkind in ('r', 'p') order by c.relname, a.attnum`;

// NOT NULL is told with the column. Numbered names say nothing, so what a constraint is orders them.
const CONSTRAINTS = `
  select c.relname as table, pg_get_constraintdef(k.oid, true) as text
    from pg_class c join pg_constraint k on k.conrelid = c.oid
   where c.${OURS} and c.relkind in ('r', 'p') and k.contype in ('p', 'u', 'f', 'c', 'x')
   order by c.relname, array_position(array['p', 'u', 'f', 'c', 'x']::"char"[], k.contype), pg_get_constraintdef(k.oid, true)`;

const INDEXES = `
  select c.relname as table, replace(pg_get_indexdef(i.indexrelid), ' ON saglasie.', ' ON ') as text
    from pg_class c join pg_index i on i.indrelid = c.oid
   where c.${OURS} and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = c.oid) order by c.relname, 2`;

const TRIGGERS = `
  select c.relname as table, replace(pg_get_triggerdef(t.oid, true), ' ON saglasie.', ' ON ') as text
    from pg_class c join pg_trigger t on t.tgrelid = c.oid where c.${OURS} and not t.tgisinternal order by c.relname, t.tgname`;

// Rights to single columns are told as such: they are what keeps the ledger's own columns from being written.
const GRANTS = `
  select c.relname as table, format('grant %s on %I to %I', string_agg(lower(g.privilege_type), ', ' order by g.privilege_type), c.relname, r.rolname) as text
    from pg_class c, aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee
   where c.${OURS} and c.relkind in ('r', 'p') and g.grantee <> c.relowner group by c.relname, r.rolname
  union all
  select c.relname, format('grant %s (%s) on %I to %I', lower(g.privilege_type), string_agg(quote_ident(a.attname), ', ' order by a.attnum), c.relname, r.rolname)
    from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) g join pg_roles r on r.oid = g.grantee
   where c.${OURS} and c.relkind in ('r', 'p') group by c.relname, r.rolname, g.privilege_type
   order by 1, 2`;
