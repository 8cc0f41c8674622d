import { z } from 'zod';
import { hasForbiddenCharacters } from './addresses.ts';

/** Facts every installation knows. Custom fields join them under their own keys. */
export const factFields = ['given_name', 'family_name', 'company', 'job_title', 'city', 'note'] as const;
export type FactField = (typeof factFields)[number];

/** `merged`: went up in another record, which it leads to. */
export type ContactState = 'unconfirmed' | 'active' | 'quarantined' | 'merged';

/** A value and what accounts for it: ids of provenances, at least one; the database refuses a fact without. */
export interface Fact {
  readonly value: string;
  readonly provenance: readonly string[];
  /** ISO 8601, UTC. */
  readonly at: string;
}
export type Facts = Readonly<Record<string, Fact>>;

const longest: Readonly<Record<FactField, number>> = {
  given_name: 100,
  family_name: 100,
  company: 200,
  job_title: 200,
  city: 100,
  note: 5000,
};

/** Longest answer to a question an installation made up itself. */
const LONGEST_CUSTOM = 5000;

function isKnown(field: string): field is FactField {
  return (factFields as readonly string[]).includes(field);
}

export type FactProblem = 'too-long' | 'forbidden-characters';

/** Reads a typed value; an empty one is null: there is nothing to store. */
export function readFact(field: string, text: string): { value: string | null } | { problem: FactProblem } {
  const value = text.normalize('NFC').trim();
  if (value === '') return { value: null };
  // A note, or the answer to a question of a form's own, may have line breaks; nothing may have NUL or marks that turn text around.
  const lines = field === 'note' || !isKnown(field) ? value.split(/\r?\n/) : [value];
  if (lines.some((line) => hasForbiddenCharacters(line.replaceAll('\t', ' ')))) return { problem: 'forbidden-characters' };
  if (value.length > (isKnown(field) ? longest[field] : LONGEST_CUSTOM)) return { problem: 'too-long' };
  return { value };
}

/** What is shown where a name is wanted: the name, else the address, else nothing. */
export function displayName(contact: {
  given_name: string | null;
  family_name: string | null;
  primary_email: string | null;
}): string {
  return [contact.given_name, contact.family_name].filter(Boolean).join(' ') || contact.primary_email || '';
}

export const contactSorts = ['name', '-name', 'created', '-created', 'changed', '-changed'] as const;
export type ContactSort = (typeof contactSorts)[number];

export const contactStates = z.enum(['unconfirmed', 'active', 'quarantined', 'merged']);
