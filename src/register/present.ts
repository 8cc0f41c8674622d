import { z } from 'zod';
import { languages } from '#src/languages/languages.ts';

export const controllerShape = z
  .object({
    name: z.string(),
    registrationNumber: z.string().nullable(),
    address: z.string(),
    email: z.string(),
    phone: z.string().nullable(),
    dpoName: z.string().nullable(),
    dpoEmail: z.string().nullable(),
    country: z.string(),
    timeZone: z.string(),
    defaultLanguage: z.enum(languages),
  })
  .meta({ id: 'Controller' });
