import { audit } from './bg/audit.ts';
import { common, problem } from './bg/common.ts';
import { contact } from './bg/contact.ts';
import { evidence } from './bg/evidence.ts';
import { forms } from './bg/forms.ts';
import { home } from './bg/home.ts';
import { messages } from './bg/messages.ts';
import { people } from './bg/people.ts';
import { purposes } from './bg/purposes.ts';
import { settings } from './bg/settings.ts';
import { shell, signIn } from './bg/shell.ts';
import { words } from './bg/words.ts';
import type { Dictionary } from './en.ts';

export const bg = {
  common,
  problem,
  shell,
  signIn,
  words,
  home,
  people,
  contact,
  purposes,
  forms,
  messages,
  audit,
  evidence,
  settings,
} satisfies Dictionary;
