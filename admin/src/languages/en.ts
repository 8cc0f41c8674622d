import { audit } from './en/audit.ts';
import { common, problem } from './en/common.ts';
import { contact } from './en/contact.ts';
import { dataCoverage } from './en/data-coverage.ts';
import { duplicates } from './en/duplicates.ts';
import { evidence } from './en/evidence.ts';
import { exports } from './en/exports.ts';
import { formBuilder } from './en/form-builder.ts';
import { formResults } from './en/form-results.ts';
import { formSites } from './en/form-sites.ts';
import { formVersions } from './en/form-versions.ts';
import { forms } from './en/forms.ts';
import { home } from './en/home.ts';
import { imports } from './en/imports.ts';
import { jobs } from './en/jobs.ts';
import { consents, coverage, ledger, timeMachine } from './en/ledger.ts';
import { messages } from './en/messages.ts';
import { people } from './en/people.ts';
import { purposes } from './en/purposes.ts';
import { quarantine } from './en/quarantine.ts';
import { dataMap, fields, register } from './en/register.ts';
import { retention } from './en/retention.ts';
import { settings } from './en/settings.ts';
import { shell, signIn } from './en/shell.ts';
import { toTell } from './en/to-tell.ts';
import { words } from './en/words.ts';
import type { ShapeOf } from './shape.ts';

export const en = {
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
  ledger,
  timeMachine,
  consents,
  coverage,
  formBuilder,
  formVersions,
  formSites,
  formResults,
  quarantine,
  dataCoverage,
  toTell,
  messages,
  audit,
  evidence,
  retention,
  exports,
  settings,
  register,
  fields,
  dataMap,
};

export type Dictionary = ShapeOf<typeof en>;
