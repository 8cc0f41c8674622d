import { z } from 'zod';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { isMailAddress } from '#platform/mail/mail-address.ts';
import { languages } from '#src/languages/languages.ts';

// Names stand in the From line of every message, where a pasted tab or line break would keep all of them from leaving.
const line = (longest: number) =>
  z
    .string()
    .overwrite((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '))
    .trim()
    .min(1)
    .max(longest);
const optionalLine = (longest: number) =>
  line(longest)
    .nullish()
    .transform((text) => text ?? null);

/** The controller (Art. 4(7)) and its data-protection officer (Art. 37), as people are told (Art. 13(1)(a)–(b)). */
export const controllerDetails = z.object({
  name: line(200),
  registrationNumber: optionalLine(50),
  address: line(500),
  email: z.email({ pattern: z.regexes.unicodeEmail }).max(254).refine(isMailAddress, 'invalid-email'),
  phone: optionalLine(50),
  dpoName: optionalLine(200),
  dpoEmail: z
    .email({ pattern: z.regexes.unicodeEmail })
    .max(254)
    .nullish()
    .transform((text) => text ?? null),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('BG'),
  timeZone: z
    .string()
    .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone))
    .default('Europe/Sofia'),
  defaultLanguage: z.enum(languages).default('bg'),
});
export type Controller = z.infer<typeof controllerDetails>;

/** Who we are; undefined before set-up. */
export async function findController(db: Database): Promise<Controller | undefined> {
  const row = await db.selectFrom('controller').selectAll().executeTakeFirst();
  return row
    ? {
        name: row.name,
        registrationNumber: row.registration_number,
        address: row.address,
        email: row.email,
        phone: row.phone,
        dpoName: row.dpo_name,
        dpoEmail: row.dpo_email,
        country: row.country,
        timeZone: row.time_zone,
        defaultLanguage: row.default_language as Controller['defaultLanguage'],
      }
    : undefined;
}

export async function saveController(tx: Transaction, controller: Controller): Promise<void> {
  const columns = {
    name: controller.name,
    registration_number: controller.registrationNumber,
    address: controller.address,
    email: controller.email,
    phone: controller.phone,
    dpo_name: controller.dpoName,
    dpo_email: controller.dpoEmail,
    country: controller.country,
    time_zone: controller.timeZone,
    default_language: controller.defaultLanguage,
    updated_at: new Date(),
  };
  await tx
    .insertInto('controller')
    .values(columns)
    .onConflict((conflict) => conflict.column('only_one').doUpdateSet(columns))
    .execute();
}
