import type { Database, Transaction } from '#platform/database/connect.ts';

/** Where a form may stand beside our own pages, and where it may send people after it was taken. */
export interface FormSites {
  /** Exact origins, such as `https://shop.example`. */
  readonly sites: readonly string[];
  /** Whole addresses on one of those sites, without a query. */
  readonly returnAddresses: readonly string[];
}

/** More would not fit into one header of every server in between. */
export const MOST_SITES = 20;

/**
 * The origin somebody meant by what they typed, as browsers write it: `https://Shop.Example/` is `https://shop.example`.
 * Undefined for anything that is more or less than an origin, and for http except on one's own machine, where nobody is on
 * the way to change the text.
 */
export function readOrigin(typed: string): string | undefined {
  const text = typed.trim();
  // The parser of URLs drops line breaks and takes backslashes: what it would mend is not taken.
  if (!/^https?:\/\/[^\s/\\?#@]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isOwnMachine = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !isOwnMachine) return undefined;
  const plain = /^https:\/\/[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d+)?$/;
  if (url.protocol === 'https:' && !plain.test(url.origin)) return undefined;
  return url.origin.length <= 200 ? url.origin : undefined;
}

/** The address of a page on one of the sites; undefined when it is on none, or carries a query, a fragment or a name. */
export function readReturnAddress(typed: string, sites: readonly string[]): { address: string; origin: string } | undefined {
  if (!/^https?:\/\/[^\s\\?#]+$/i.test(typed.trim()) || !URL.canParse(typed.trim())) return undefined;
  const { href, origin, username, password } = new URL(typed.trim());
  if (username || password || !sites.includes(origin) || href.length > 500) return undefined;
  return { address: href, origin };
}

export async function findSites(db: Database, formId: string): Promise<FormSites> {
  const sites = await db.selectFrom('form_site').select('origin').where('form_id', '=', formId).orderBy('origin').execute();
  const addresses = await db
    .selectFrom('form_return_address')
    .select('address')
    .where('form_id', '=', formId)
    .orderBy('address')
    .execute();
  return { sites: sites.map(({ origin }) => origin), returnAddresses: addresses.map(({ address }) => address) };
}

/** The sites of a form by the name in its address; none for a form that is not there. */
export async function findSitesOf(db: Database, slug: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('form_site')
    .innerJoin('form', 'form.id', 'form_site.form_id')
    .select('form_site.origin')
    .where('form.slug', '=', slug)
    .orderBy('form_site.origin')
    .execute();
  return rows.map(({ origin }) => origin);
}

/** Whether this is, letter by letter, one of the sites of the form. */
export async function isSiteOf(db: Database, slug: string, origin: string): Promise<boolean> {
  return (await findSitesOf(db, slug)).includes(origin);
}

/** Whether people may be sent to this address after the form was taken. */
export async function isReturnAddressOf(db: Database, slug: string, address: string): Promise<boolean> {
  const row = await db
    .selectFrom('form_return_address')
    .innerJoin('form', 'form.id', 'form_return_address.form_id')
    .select('form.id')
    .where('form.slug', '=', slug)
    .where('form_return_address.address', '=', address)
    .executeTakeFirst();
  return row !== undefined;
}

/** Makes these the sites and return addresses of the form, and no others. */
export async function replaceSites(
  tx: Transaction,
  formId: string,
  wanted: { readonly sites: readonly string[]; readonly returnAddresses: readonly { address: string; origin: string }[] },
): Promise<void> {
  await tx.deleteFrom('form_return_address').where('form_id', '=', formId).execute();
  await tx.deleteFrom('form_site').where('form_id', '=', formId).execute();
  if (wanted.sites.length > 0) {
    await tx
      .insertInto('form_site')
      .values(wanted.sites.map((origin) => ({ form_id: formId, origin })))
      .execute();
  }
  if (wanted.returnAddresses.length > 0) {
    await tx
      .insertInto('form_return_address')
      .values(wanted.returnAddresses.map((one) => ({ form_id: formId, ...one })))
      .execute();
  }
}
