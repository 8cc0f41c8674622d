import { z } from 'zod';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id under which the outside knows a thing: a prefix that says what it is, and the uuid as 32 hex characters. */
export function toPublicId(prefix: string, id: string): string {
  return `${prefix}_${id.replaceAll('-', '')}`;
}

/** The uuid behind a public id of this prefix, or undefined when the text is not one. */
export function fromPublicId(prefix: string, text: string): string | undefined {
  const hex = text.startsWith(`${prefix}_`) ? text.slice(prefix.length + 1) : '';
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return uuid.test(id) ? id : undefined;
}

/** Reads a public id of this prefix from a request; what comes out is the uuid. */
export function publicId(prefix: string) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`))
    .meta({ example: `${prefix}_019ab1c0d3f47a0e8b1c2d3e4f5a6b7c` })
    .transform((text) => fromPublicId(prefix, text) ?? z.NEVER);
}
