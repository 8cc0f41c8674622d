import type { Config } from '#platform/config.ts';
import { type Database, inTransaction } from '#platform/database/connect.ts';
import { controllerDetails } from '#src/register/controller.ts';
import { completeSetUp } from './complete-set-up.ts';

/**
 * Set-up from SAGLASIE_OWNER_EMAIL and SAGLASIE_OWNER_PASSWORD. The environment does not say who the company is, so people
 * are told what is known and true, the owner's address, until the details are filled in (the checklist asks for them).
 */
export async function setUpUnattended(db: Database, config: Config): Promise<void> {
  if (!config.ownerEmail || !config.ownerPassword) return;
  const email = config.ownerEmail.toLowerCase();
  const password = config.ownerPassword;
  const domain = email.slice(email.lastIndexOf('@') + 1);

  await inTransaction(db, (tx) =>
    completeSetUp(tx, {
      how: 'unattended',
      controller: controllerDetails.parse({ name: domain, address: email, email }),
      owner: { name: email.slice(0, email.lastIndexOf('@')), email, language: 'bg', password },
    }),
  );
}
