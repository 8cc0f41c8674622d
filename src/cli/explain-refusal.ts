import { AppError } from '#platform/app-error.ts';
import { problems } from '#src/languages/en/problems.ts';

const refusals = new Set([
  'ConfigInvalid',
  'KeysUnreadable',
  'KeysDoNotFit',
  'DatabaseRefused',
  'AddressRefused',
  'PostgresStartError',
  'LogRefused',
]);

const databaseCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing answers at the address in DATABASE_URL: start PostgreSQL there, or correct the host and port.',
  ENOTFOUND: 'The host in DATABASE_URL is not known: correct it.',
  ETIMEDOUT: 'The host in DATABASE_URL does not answer: check the address and the firewall.',
  '28P01': 'PostgreSQL refuses the password in DATABASE_URL: correct it.',
  '28000': 'PostgreSQL refuses the role in DATABASE_URL: check the role and pg_hba.conf.',
  '3D000': 'The database in DATABASE_URL does not exist: create it, or correct its name.',
  '42501': 'The role in DATABASE_URL may not do what is needed: make it the owner of its database.',
  '53300': 'PostgreSQL takes no more connections: raise max_connections, or close some.',
};

/** What whoever started a command reads when it could not be done: one block, what is wrong and what to do. */
export function explainRefusal(thrown: unknown): string {
  if (thrown instanceof AppError) return explainAppError(thrown);
  if (!(thrown instanceof Error)) return 'Saglasie stopped for a reason it does not know.';
  if (refusals.has(thrown.name)) return thrown.message;
  const known = databaseCodes[(thrown as NodeJS.ErrnoException).code ?? ''];
  if (known) return known;
  // A defect. Where it happened helps whoever mends it; messages of foreign errors may quote data.
  const where = (thrown.stack ?? '')
    .split('\n')
    .find((line) => /^\s+at /.test(line) && !line.includes('node_modules') && !line.includes('node:'));

  return `Saglasie stopped because of a defect (${thrown.name}${where ? ` ${where.trim()}` : ''}). Please report this line.`;
}

function explainAppError(error: AppError): string {
  const texts: Readonly<Record<string, { title: string; detail: string }>> = problems.problems;
  const fields: Readonly<Record<string, string>> = problems.fields;
  const { title, detail } = texts[error.code] ?? { title: error.code, detail: '' };

  return [
    `${title}. ${detail}`,
    ...error.fields.map((problem) => `  ${problem.field}: ${fields[problem.code] ?? problem.code}`),
  ].join('\n');
}
