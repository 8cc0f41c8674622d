/**
 * A card has no columns; its rows are given these, so that everything after reading sees one kind of row. Several addresses
 * stand in one cell, line by line.
 */
export const vcardColumns = [
  'FN',
  'N given',
  'N family',
  'ORG',
  'TITLE',
  'EMAIL',
  'TEL',
  'ADR',
  'ADR 2',
  'ADR 3',
  'LANG',
  'CATEGORIES',
  'NOTE',
  'BDAY',
  'URL',
  'UID',
  'REV',
  'other',
] as const;
