import type { Language } from '#src/languages/languages.ts';

/** Whether a finding keeps the form from being published, or only deserves a second look. */
export type Severity = 'blocks' | 'warns';

/** Every way a form can be unlawful, or fail to be understood, and what is done about it. Words are in `src/languages`. */
export const findingCodes = {
  // What the form consists of.
  'email-needed': 'blocks',
  'field-twice': 'blocks',
  'field-unneeded': 'blocks',
  'key-reserved': 'blocks',
  'type-needed': 'blocks',
  'type-not-yours': 'blocks',
  'options-needed': 'blocks',
  'options-twice': 'blocks',
  'field-of-other-kind': 'blocks',
  'field-archived': 'blocks',
  'phone-needed': 'blocks',
  'national-id': 'blocks',
  'birth-date': 'warns',
  'special-category-unmarked': 'blocks',
  'special-category-without-consent': 'blocks',
  'too-many-fields': 'warns',
  'box-twice': 'blocks',
  'too-many-boxes': 'blocks',
  'nothing-to-do': 'blocks',
  'purpose-unknown': 'blocks',
  'purpose-without-consent': 'blocks',
  'channel-not-declared': 'blocks',
  'age-not-asked': 'warns',
  'magnet-purpose': 'blocks',
  'magnet-file-missing': 'blocks',
  // Both languages.
  'text-missing': 'blocks',
  'reason-missing': 'blocks',
  'language-wrong': 'blocks',
  'language-untranslated': 'blocks',
  'language-shorter': 'blocks',
  'numbers-differ': 'blocks',
  'numbers-in-one-language': 'warns',
  'links-differ': 'blocks',
  'placeholders-differ': 'blocks',
  'placeholder-unknown': 'blocks',
  // Whether what a box says is consent.
  'pre-ticked': 'blocks',
  'box-bundled': 'blocks',
  'box-with-terms': 'blocks',
  'box-other-channel': 'blocks',
  'consent-as-condition': 'blocks',
  'consent-required': 'blocks',
  'magnet-on-condition': 'blocks',
  'silence-as-consent': 'blocks',
  'unnamed-recipients': 'blocks',
  'double-negative': 'blocks',
  shaming: 'blocks',
  urgency: 'blocks',
  'emphasis-on-yes': 'blocks',
  'withdrawal-denied': 'blocks',
  'sender-unnamed': 'warns',
  'gendered-wording': 'warns',
  // Whether it can be read.
  shouting: 'blocks',
  unreadable: 'blocks',
  // The message that asks for confirmation.
  'mail-marketing': 'blocks',
  'mail-link': 'blocks',
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof findingCodes;

/** Something wrong with a form, and where. */
export interface Finding {
  readonly code: FindingCode;
  /** Path into the definition: `title`, `fields.2`, `boxes.0.label`. */
  readonly place: string;
  /** Null when it concerns all languages alike. */
  readonly language: Language | null;
  /** The words that gave it away, when it was words. */
  readonly words: string | null;
}

export function severityOf(finding: Finding): Severity {
  return findingCodes[finding.code];
}
