import { z } from 'zod';

/** `?limit=` and `?cursor=` of a list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .meta({ type: 'integer', minimum: 1, maximum: 100, default: 50 })
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(50),
  cursor: z.string().max(500).optional(),
};

/** For lists that are always whole: they take the two so that every list can be asked the same way. */
export const wholeListQuery = { limit: z.string().max(3).optional(), cursor: z.string().max(500).optional() };

/** A page of a list, and where the next one begins. */
export function listOf<S extends z.ZodType>(shape: S) {
  return z.object({ data: z.array(shape), next: z.string().nullable() });
}

/** ISO 8601 in UTC. */
export const moment = z.iso.datetime();

export function isoOrNull(at: Date | null | undefined): string | null {
  return at?.toISOString() ?? null;
}
