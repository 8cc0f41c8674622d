import { z } from 'zod';

/** An address a staff member signs in with, in lower case. Letters of ASCII only: better-auth knows no others at sign-in. */
export const staffEmail = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(254)
  .pipe(z.email({ error: 'invalid-email' }));
