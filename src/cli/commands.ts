import { apiScopes } from '#src/api-keys/scopes.ts';
import { roles } from '#src/staff/roles.ts';
import type { Command } from './command.ts';

const json = { type: 'boolean' } as const;
const text = { type: 'string' } as const;

/** Every command, in the order help shows them. */
export const commands: readonly Command[] = [
  {
    name: 'start',
    summary: 'Run web and worker until stopped (what npm start does).',
    usage: '',
    options: {},
    load: async () => (await import('./start.ts')).start,
  },
  {
    name: 'migrate',
    summary: 'Bring the database to the schema of this version; the start does it too.',
    usage: '[--json]',
    options: { json },
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'doctor',
    summary: 'Examine this installation and say what to mend. Exit 0 only if everything is well.',
    usage: '[--json]',
    options: { json },
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'verify',
    summary:
      'Recompute the ledger, its log and every permission, and compare; with a file, check that receipt or evidence pack (no database needed). Exit 0 only if everything holds.',
    usage: '[RECEIPT|PACK.zip] [--vkey KEY] [--json]',
    options: { json, vkey: text },
    argument: 'file',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'demo',
    summary: 'Fill an empty workspace with the people of a fictional company; --purge erases them again.',
    usage: '[--purge] [--force] [--json]',
    options: { purge: { type: 'boolean' }, force: { type: 'boolean' }, json },
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'export',
    summary:
      'Write everything held about a person, or a copy of many people for a stated purpose and recipient, to stdout. Of many only whom the gate lets through; of very many an owner or DPO has to agree first.',
    usage:
      '--contact EMAIL --format csv|json|vcf [--language bg|en]\n  saglasie export --all|--filter "country=BG&state=active" --purpose SLUG [--channel CHANNEL] --recipient NAME [--recipient-kind internal|processor|third-party|authority|own-system] --statement TEXT [--format csv|csv-spreadsheet|xlsx|json|jsonl|vcf] [--semicolons] [--fields LIST] [--language bg|en]\n  saglasie export --id EXPORT',
    options: {
      contact: text,
      format: text,
      language: text,
      json,
      all: { type: 'boolean' },
      filter: text,
      id: text,
      purpose: text,
      channel: text,
      recipient: text,
      'recipient-kind': text,
      statement: text,
      semicolons: { type: 'boolean' },
      fields: text,
    },
    load: async () => (await import('./export.ts')).exportPerson,
  },
  {
    name: 'import',
    summary:
      'Bring in people from a CSV, XLSX, vCard or ZIP file; what nothing proves is quarantined, and nobody who said no is written to again.',
    usage: `FILE [--preset NAME|auto] [--map FILE] --source TEXT --purpose SLUG --basis BASIS [--dry-run] [--obtained-from data-subject|other] [--permission-ground soft-opt-in|legal-entity] [--keep-profiles] [--update-statuses] [--language bg|en] [--country BG] [--errors FILE] [--json]`,
    options: {
      preset: text,
      map: text,
      source: text,
      purpose: text,
      basis: text,
      'dry-run': { type: 'boolean' },
      'obtained-from': text,
      'permission-ground': text,
      'keep-profiles': { type: 'boolean' },
      'update-statuses': { type: 'boolean' },
      language: text,
      country: text,
      errors: text,
      json,
    },
    required: ['source', 'purpose', 'basis'],
    argument: 'file',
    load: async () => (await import('./import.ts')).importFile,
  },
  {
    name: 'consent-history',
    verb: 'export',
    summary: 'Write the signed, provable consent history of a person to stdout.',
    usage: '--contact EMAIL',
    options: { contact: text },
    required: ['contact'],
    load: async () => (await import('./consent-history.ts')).exportHistory,
  },
  {
    name: 'consent-history',
    verb: 'import',
    summary: 'Verify and import a consent history of this person that another Saglasie has proven.',
    usage: 'FILE --contact EMAIL [--vkey KEY] [--json]',
    options: { contact: text, vkey: text, json },
    required: ['contact'],
    argument: 'file',
    load: async () => (await import('./consent-history.ts')).importHistory,
  },
  {
    name: 'erase',
    summary: 'Erase a person (Art. 17): for good, everywhere.',
    usage:
      '--contact EMAIL --reason TEXT [--keep-evidence REASON [--keep-ground legal-claims|legal-obligation] [--keep-months N] | --keep-nothing] [--language bg|en] [--json]',
    options: {
      contact: text,
      reason: text,
      'keep-evidence': text,
      'keep-ground': text,
      'keep-months': text,
      'keep-nothing': { type: 'boolean' },
      language: text,
      json,
    },
    required: ['contact', 'reason'],
    load: async () => (await import('./erase.ts')).erase,
  },
  {
    name: 'staff',
    verb: 'add',
    summary: 'Invite a staff member; prints the one link that makes them one.',
    usage: `--email EMAIL --role ${roles.join('|')} [--name NAME] [--language bg|en] [--json]`,
    options: { email: text, role: text, name: text, language: text, json },
    required: ['email', 'role'],
    load: async () => (await import('./staff-add.ts')).addStaff,
  },
  {
    name: 'ledger-key',
    verb: 'rotate',
    summary: 'Sign the ledger with a new key from now on; earlier keys stay on the public key page.',
    usage: '[--json]',
    options: { json },
    load: async () => (await import('./ledger-key-rotate.ts')).rotateLedgerKey,
  },
  {
    name: 'api-key',
    verb: 'create',
    summary: `Make an API key; it is shown once. Scopes: ${apiScopes.join(', ')}, or all.`,
    usage: '--name TEXT --scope LIST [--json]',
    options: { name: text, scope: text, json },
    required: ['name', 'scope'],
    load: async () => (await import('./api-key-create.ts')).createKey,
  },
];
