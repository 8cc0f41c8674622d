export interface SplitName {
  readonly given?: string;
  readonly family?: string;
  readonly company?: string;
}

/** Words that stand in a company's name and in no person's. */
const companies =
  /(^|[\s"„“])(ЕООД|ООД|АД|ЕАД|ЕТ|КД|СД|ДЗЗД|фондация|сдружение|Ltd|LLC|Inc|GmbH|AG|S\.?A\.?|PLC|Foundation)\.?($|[\s"„“,])/iu;

/** A whole name in one cell. „Иванова, Мария“ names the family first whatever the order; a middle name goes with the family's. */
export function splitName(text: string, order: 'given-first' | 'family-first' = 'given-first'): SplitName {
  const name = text.replace(/\s+/g, ' ').trim();
  if (name === '') return {};
  if (companies.test(name)) return { company: name };
  const comma = name.indexOf(',');
  if (comma > 0) {
    const given = name.slice(comma + 1).trim();
    return { family: name.slice(0, comma).trim(), ...(given === '' ? {} : { given }) };
  }
  const [first = '', ...rest] = name.split(' ');
  if (rest.length === 0) return { given: first };
  return order === 'family-first' ? { family: first, given: rest.join(' ') } : { given: first, family: rest.join(' ') };
}
