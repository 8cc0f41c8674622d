import { z } from 'zod';
import { languages } from '#src/languages/languages.ts';
import { entryKinds } from '#src/ledger/entry.ts';
import { channels, legalBases } from '#src/purposes/purpose.ts';

const text = (longest: number) => z.string().max(longest);
const hash64 = z.string().length(44);

/** One entry of the other log with what opens and places it. */
const provenEntry = z.strictObject({
  entry: text(20_000),
  entryKey: hash64,
  leaf: hash64,
  position: z.int().min(0),
  inclusion: z.array(hash64).max(64),
});

/** Everything a ledger says of one person's consents, as it travels from one Saglasie to another. */
export const consentHistory = z.strictObject({
  format: z.literal('saglasie-consent-history'),
  version: z.literal(1),
  issued: z.iso.datetime(),
  controller: z.strictObject({
    name: text(200).min(1),
    registrationNumber: text(50).nullable(),
    address: text(500),
    email: text(254),
    country: text(2),
  }),
  contact: z.uuid(),
  /** By these the other side recognises that it is the same person. */
  emails: z.array(text(320)).max(50),
  log: z.strictObject({
    origin: text(300).min(1),
    size: z.int().min(0),
    checkpoint: text(20_000),
    vkeys: z.array(text(400)).min(1).max(8),
  }),
  entries: z.array(provenEntry).max(20_000),
  notices: z.array(z.strictObject({ sha256: text(64), language: z.enum(languages), text: text(2_000_000) })).max(5000),
  purposes: z
    .array(
      z.strictObject({
        id: z.uuid(),
        version: z.int().min(1),
        slug: text(60),
        name: z.strictObject({ bg: text(200), en: text(200) }),
        legalBasis: z.enum(legalBases),
      }),
    )
    .max(5000),
  seal: text(5000),
});

export type ConsentHistory = z.infer<typeof consentHistory>;

/** What an entry of a history says: the canonical JSON of `src/ledger/leaf.ts`, read back. */
export const historyEntry = z
  .object({
    id: z.uuid(),
    kind: z.enum(entryKinds),
    contact: z.uuid(),
    purpose: z.uuid().nullable(),
    purposeVersion: z.int().nullable(),
    channel: z.enum(channels).nullable(),
    occurredAt: z.iso.datetime(),
    until: z.iso.datetime().nullable(),
    notice: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    language: z.enum(languages).nullable(),
    actor: text(20),
    method: text(40),
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .refine(({ occurredAt, until }) => until === null || new Date(until) > new Date(occurredAt));

export type HistoryEntry = z.infer<typeof historyEntry>;
