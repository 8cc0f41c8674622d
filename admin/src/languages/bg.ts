import { audit } from './bg/audit.ts';
import { common, problem } from './bg/common.ts';
import { contact } from './bg/contact.ts';
import { dataCoverage } from './bg/data-coverage.ts';
import { duplicates } from './bg/duplicates.ts';
import { evidence } from './bg/evidence.ts';
import { exports } from './bg/exports.ts';
import { formBuilder } from './bg/form-builder.ts';
import { formResults } from './bg/form-results.ts';
import { formSites } from './bg/form-sites.ts';
import { formVersions } from './bg/form-versions.ts';
import { forms } from './bg/forms.ts';
import { home } from './bg/home.ts';
import { imports } from './bg/imports.ts';
import { jobs } from './bg/jobs.ts';
import { consents, coverage, ledger, timeMachine } from './bg/ledger.ts';
import { messages } from './bg/messages.ts';
import { people } from './bg/people.ts';
import { purposes } from './bg/purposes.ts';
import { quarantine } from './bg/quarantine.ts';
import { dataMap, fields, register } from './bg/register.ts';
import { retention } from './bg/retention.ts';
import { settings } from './bg/settings.ts';
import { shell, signIn } from './bg/shell.ts';
import { toTell } from './bg/to-tell.ts';
import { words } from './bg/words.ts';
import type { Dictionary } from './en.ts';

export const bg = {
  common,
  problem,
  shell,
  signIn,
  words,
  home,
  imports,
  jobs,
  people,
  contact,
  duplicates,
  purposes,
  forms,
  formBuilder,
  formVersions,
  formSites,
  formResults,
  quarantine,
  dataCoverage,
  toTell,
  messages,
  ledger,
  timeMachine,
  consents,
  coverage,
  audit,
  evidence,
  retention,
  exports,
  settings,
  register,
  fields,
  dataMap,
} satisfies Dictionary;
