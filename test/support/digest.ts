import { createHash } from 'node:crypto';
import pg from 'pg';

/** Every row of every table, as text: what somebody who reads the whole database would see. */
export async function dumpAsText(ownerUrl: string): Promise<Map<string, string[]>> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname in ('saglasie', 'graphile_worker') order by 1`,
    );
    const dump = new Map<string, string[]>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t order by 1`);
      dump.set(
        name,
        rows.map((row) => row.line),
      );
    }
    return dump;
  } finally {
    await client.end();
  }
}

/** How many came how far with a form: numbers, counted in memory and written some seconds later. */
const counted = ['saglasie.form_step_count'];

/** One hash of everything the database holds: equal before and after whatever must change nothing. */
export async function digestOf(ownerUrl: string, options: { except?: readonly string[] } = {}): Promise<string> {
  const hash = createHash('sha256');
  for (const [table, lines] of await dumpAsText(ownerUrl)) {
    if (!counted.includes(table) && !options.except?.includes(table)) hash.update(`${table}\n${lines.join('\n')}\n`);
  }
  return hash.digest('hex');
}

/** Tables in which one of the words is found, in plain or as the hex of its UTF-8, which is how bytes are shown. */
export async function tablesWith(ownerUrl: string, words: readonly string[]): Promise<string[]> {
  const needles = words.flatMap((word) => [word.toLowerCase(), Buffer.from(word).toString('hex'), escaped(word)]);
  const dump = await dumpAsText(ownerUrl);
  return [...dump]
    .filter(([, lines]) => lines.some((line) => needles.some((needle) => line.toLowerCase().includes(needle))))
    .map(([table]) => table);
}

/** How JSON may spell letters outside ASCII. */
function escaped(word: string): string {
  return word.toLowerCase().replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
