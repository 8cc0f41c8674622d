import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { COSIGNATURE } from './crypto/cosignature.ts';
import { readVkey } from './crypto/signed-note.ts';

/** How many within how many seconds. */
export interface Allowance {
  readonly seconds: number;
  readonly max: number;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Base of every link we print or mail, without a final slash. */
  readonly publicUrl: string;
  /** Absolute path: keys, and the embedded database unless `databaseUrl` is set. */
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  /** Sender of system mail; by default the controller's own address. */
  readonly mailFrom: string | undefined;
  readonly role: 'all' | 'web' | 'worker';
  readonly ownerEmail: string | undefined;
  readonly ownerPassword: string | undefined;
  readonly trustProxy: boolean;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly metricsToken: string | undefined;
  readonly flood: {
    /** Confirmation messages to one address. */
    readonly perAddress: readonly Allowance[];
    /** Form posts from one IPv4 address or IPv6 /64. */
    readonly perIp: Allowance;
    /** Unconfirmed submissions of one form. */
    readonly perForm: Allowance;
  };
  /** Who else attests the ledger's signed states; nobody unless set. */
  readonly ledger: {
    readonly witnesses: readonly { readonly vkey: string; readonly url: string }[];
    /** An RFC 3161 authority. */
    readonly timestampUrl: string | undefined;
  };
  /** What is kept beside a consent as evidence; the prefix is a /24 or /48, never the whole address. */
  readonly evidence: { readonly ipPrefix: boolean; readonly userAgent: boolean };
}

/** The environment cannot be used; `problems` names every variable that is wrong and what to write instead. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const HOUR = 3600;
const DAY = 24 * HOUR;

const yesOrNo = (fallback: boolean) =>
  z
    .enum(['1', '0', 'true', 'false', 'yes', 'no'], { error: 'write yes or no' })
    .optional()
    .transform((text) => (text === undefined ? fallback : ['1', 'true', 'yes'].includes(text)));

const count = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'write a whole number such as 10')
    .optional()
    .transform((text) => (text === undefined ? fallback : Number(text)));

const urlOf = (schemes: readonly string[], example: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), `write an address such as ${example}`);

const witness = /^(\S+)\s+(https?:\/\/\S+?)\/*$/;

const witnesses = z
  .string()
  .transform((text) => text.split(',').map((one) => witness.exec(one.trim())))
  .refine(
    (list) => list.every((found) => found?.[2] && URL.canParse(found[2]) && readVkey(found[1] ?? '', COSIGNATURE)),
    'write the key and the address of each witness, such as witness.example+1a2b3c4d+BASE64 https://witness.example, separated by commas',
  )
  .transform((list) => list.map((found) => ({ vkey: found?.[1] ?? '', url: found?.[2] ?? '' })));

const environment = z.object({
  PORT: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'write a port number from 0 to 65535')
    .default('3000'),
  HOST: z.string().min(1).default('127.0.0.1'),
  SAGLASIE_URL: urlOf(['http:', 'https:'], 'https://crm.example.bg').optional(),
  SAGLASIE_DATA: z.string().min(1).default('./data'),
  DATABASE_URL: urlOf(['postgres:', 'postgresql:'], 'postgres://name:password@host:5432/saglasie').optional(),
  SMTP_URL: urlOf(['smtp:', 'smtps:'], 'smtps://name:password@smtp.example.bg').optional(),
  SAGLASIE_MAIL_FROM: z.email({ error: 'write an e-mail address' }).optional(),
  SAGLASIE_ROLE: z.enum(['all', 'web', 'worker'], { error: 'write all, web or worker' }).default('all'),
  SAGLASIE_OWNER_EMAIL: z.email({ error: 'write an e-mail address' }).optional(),
  SAGLASIE_OWNER_PASSWORD: z.string().min(12, 'use at least 12 characters').optional(),
  SAGLASIE_TRUST_PROXY: yesOrNo(false),
  SAGLASIE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], { error: 'write trace, debug, info, warn, error or silent' })
    .default('info'),
  SAGLASIE_METRICS_TOKEN: z.string().min(16, 'use at least 16 characters').optional(),
  SAGLASIE_FORM_POSTS_PER_IP_PER_HOUR: count(10),
  SAGLASIE_FORM_POSTS_PER_FORM_PER_HOUR: count(200),
  SAGLASIE_WITNESSES: witnesses.optional(),
  SAGLASIE_TIMESTAMP_URL: urlOf(['http:', 'https:'], 'https://tsa.example.eu/tsr').optional(),
  SAGLASIE_EVIDENCE_IP: yesOrNo(true),
  SAGLASIE_EVIDENCE_AGENT: yesOrNo(true),
});

const SECRETS = ['DATABASE_URL', 'SMTP_URL', 'SAGLASIE_OWNER_PASSWORD', 'SAGLASIE_METRICS_TOKEN'] as const;

/**
 * Reads the environment once. A secret may be given as a file instead (`DATABASE_URL_FILE` and so on).
 *
 * @throws ConfigInvalid with every problem at once.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const given = withSecretFiles(env, problems);
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}.`);
  }
  if ((given['SAGLASIE_OWNER_EMAIL'] === undefined) !== (given['SAGLASIE_OWNER_PASSWORD'] === undefined)) {
    problems.push('SAGLASIE_OWNER_EMAIL and SAGLASIE_OWNER_PASSWORD: set both, or neither and use the set-up link.');
  }
  if (!parsed.success || problems.length > 0) throw new ConfigInvalid(problems);

  const read = parsed.data;
  return Object.freeze({
    port: Number(read.PORT),
    host: read.HOST,
    publicUrl: (read.SAGLASIE_URL ?? `http://${read.HOST.includes(':') ? `[${read.HOST}]` : read.HOST}:${read.PORT}`).replace(
      /\/+$/,
      '',
    ),
    dataFolder: resolve(read.SAGLASIE_DATA),
    databaseUrl: read.DATABASE_URL,
    smtpUrl: read.SMTP_URL,
    mailFrom: read.SAGLASIE_MAIL_FROM,
    role: read.SAGLASIE_ROLE,
    ownerEmail: read.SAGLASIE_OWNER_EMAIL,
    ownerPassword: read.SAGLASIE_OWNER_PASSWORD,
    trustProxy: read.SAGLASIE_TRUST_PROXY,
    logLevel: read.SAGLASIE_LOG_LEVEL,
    metricsToken: read.SAGLASIE_METRICS_TOKEN,
    flood: {
      perAddress: [
        { seconds: 900, max: 1 },
        { seconds: DAY, max: 3 },
        { seconds: 30 * DAY, max: 5 },
      ],
      perIp: { seconds: HOUR, max: read.SAGLASIE_FORM_POSTS_PER_IP_PER_HOUR },
      perForm: { seconds: HOUR, max: read.SAGLASIE_FORM_POSTS_PER_FORM_PER_HOUR },
    },
    ledger: { witnesses: read.SAGLASIE_WITNESSES ?? [], timestampUrl: read.SAGLASIE_TIMESTAMP_URL },
    evidence: { ipPrefix: read.SAGLASIE_EVIDENCE_IP, userAgent: read.SAGLASIE_EVIDENCE_AGENT },
  });
}

function withSecretFiles(env: NodeJS.ProcessEnv, problems: string[]): Record<string, string | undefined> {
  // An empty variable is how compose files say "not set".
  const given: Record<string, string | undefined> = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  for (const name of SECRETS) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) {
      problems.push(`${name} and ${name}_FILE: set one of them, not both.`);
      continue;
    }
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE: the file cannot be read; check its path and that this process may read it.`);
    }
  }
  return given;
}
