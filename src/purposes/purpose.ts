import { z } from 'zod';
import type { Texts } from '#src/languages/languages.ts';

/** Legal bases of Art. 6(1)(a)–(f) GDPR, in the order of its letters. */
export const legalBases = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const;
export type LegalBasis = (typeof legalBases)[number];

/** Ways a purpose may use data; `none` is use inside the CRM without reaching out to the person. */
export const channels = ['email', 'sms', 'phone', 'post', 'none'] as const;
export type Channel = (typeof channels)[number];

/** When the time data may be kept starts to run, and for how many months. */
export const retentionRule = z.object({
  starts: z.enum(['withdrawal', 'last-activity', 'end-of-contract', 'collection']),
  months: z.int().min(0).max(1200),
});
export type RetentionRule = z.infer<typeof retentionRule>;

const text = (longest: number) => z.string().trim().min(1).max(longest);
const texts = (longest: number) => z.object({ bg: text(longest), en: text(longest) });

/** Who else receives the data (Art. 4(9)), by name: Art. 15(1)(c) as read in C-154/21. */
export const recipient = z.object({ name: text(200), country: z.string().regex(/^[A-Z]{2}$/), role: text(200) });

/** What a purpose says; a change makes a new version, never an edit. */
export const purposeDefinition = z
  .object({
    name: texts(200),
    explanation: texts(2000),
    legalBasis: z.enum(legalBases),
    dataCategories: z.array(text(100)).min(1).max(50),
    channels: z.array(z.enum(channels)).min(1),
    recipients: z.array(recipient).max(50).default([]),
    retention: retentionRule,
    isMarketing: z.boolean(),
    doubleOptIn: z.boolean(),
    consentValidMonths: z.int().min(1).max(120).nullable().default(null),
    /** Recording what people open and follow; asked for apart from messages. Left out of a revision, these three stay. */
    isMeasurement: z.boolean().optional(),
    /** Explicit consent (Art. 9(2)(a)): opens fields of special categories. */
    isExplicit: z.boolean().optional(),
    /** Offered to children too: forms ask whether the person is old enough to agree (Art. 8). */
    needsAge: z.boolean().optional(),
  })
  .refine((purpose) => purpose.legalBasis === 'consent' || !purpose.doubleOptIn, {
    path: ['doubleOptIn'],
    error: 'double-opt-in-needs-consent',
  })
  .refine((purpose) => purpose.legalBasis === 'consent' || !(purpose.isMeasurement || purpose.isExplicit || purpose.needsAge), {
    path: ['legalBasis'],
    error: 'needs-consent',
  });
export type PurposeDefinition = z.infer<typeof purposeDefinition>;

/** Why personal data are used (Art. 5(1)(b)), and everything that must be said of it. */
export interface Purpose extends PurposeDefinition {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
  /** The product itself needs it; it can be revised in words but not archived. */
  readonly isSystem: boolean;
  readonly archivedAt: Date | null;
  readonly name: Texts;
  readonly explanation: Texts;
  readonly isMeasurement: boolean;
  readonly isExplicit: boolean;
  readonly needsAge: boolean;
}

export const purposeSlug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60);
