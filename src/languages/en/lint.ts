/** What the consent linter says of each finding: which rule, what is wrong, what to do. */
export const lint = {
  'email-needed': {
    article: 'Art. 7(1) GDPR',
    explanation: 'The form must ask for the e-mail address: consent is confirmed there.',
    fix: 'Add the e-mail field and make it required.',
  },
  'field-twice': { article: 'Art. 5(1)(c) GDPR', explanation: 'This field is in the form twice.', fix: 'Remove one of the two.' },
  'field-unneeded': {
    article: 'Art. 5(1)(c), 25(2) GDPR',
    explanation: 'Nothing in this form needs this field: no purpose of it names these data.',
    fix: 'Remove the field, or add its key to the data of a purpose that really needs it.',
  },
  'key-reserved': {
    article: 'Art. 5(1)(d) GDPR',
    explanation: 'This short name means something else already.',
    fix: 'Choose another short name for the field.',
  },
  'type-needed': {
    article: 'Art. 5(1)(d) GDPR',
    explanation: 'A field of your own needs a kind: text, choice, date, number, or yes and no.',
    fix: 'Choose the kind of the answer.',
  },
  'type-not-yours': {
    article: 'Art. 5(1)(d) GDPR',
    explanation: 'What this field holds is known; it cannot be given another kind or choices.',
    fix: 'Use a field of your own instead.',
  },
  'options-needed': {
    article: 'Art. 5(1)(d) GDPR',
    explanation: 'A choice needs at least two answers, and no other kind of field has any.',
    fix: 'Add answers, or change the kind of the field.',
  },
  'options-twice': {
    article: 'Art. 5(1)(d) GDPR',
    explanation: 'Two answers of this field cannot be told apart.',
    fix: 'Give each answer a name and a short name of its own.',
  },
  'field-of-other-kind': {
    article: 'Art. 5(1)(d) GDPR',
    explanation: 'A field with this short name is described already and holds answers of another kind.',
    fix: 'Give this field another short name, or the kind it has.',
  },
  'field-archived': {
    article: 'Art. 5(1)(d) GDPR',
    explanation: 'This field was taken out of use.',
    fix: 'Bring it back under Fields, or remove it from the form.',
  },
  'phone-needed': {
    article: 'Art. 5(1)(c) GDPR',
    explanation: 'For this channel the form must ask for the telephone number.',
    fix: 'Add the telephone field; it may be optional.',
  },
  'national-id': {
    article: 'Art. 87, 5(1)(c) GDPR',
    explanation: 'A form like this may not ask for a national identification number or an identity document.',
    fix: 'Remove the field.',
  },
  'birth-date': {
    article: 'Art. 5(1)(c), 8(2) GDPR',
    explanation: 'A date of birth says more than whether somebody is old enough.',
    fix: 'Let the age question ask instead: mark the purpose as offered to children.',
  },
  'special-category-unmarked': {
    article: 'Art. 9(1) GDPR',
    explanation: 'This field seems to ask for data of a special category, such as health, religion or political opinions.',
    fix: 'Remove it, or mark it as such and add a box for explicit consent.',
  },
  'special-category-without-consent': {
    article: 'Art. 9(2)(a) GDPR',
    explanation: 'Data of special categories need explicit consent, and no box of this form asks for it.',
    fix: 'Add a box of a purpose with explicit consent that names this field among its data.',
  },
  'too-many-fields': {
    article: 'Art. 5(1)(c), 25(2) GDPR',
    explanation: 'The form asks for a lot. People give up, or give what nobody needs.',
    fix: 'Keep the fields without which the purpose cannot be reached.',
  },
  'box-twice': {
    article: 'Art. 4(11) GDPR',
    explanation: 'This purpose and channel are in the form twice.',
    fix: 'Remove one of the two boxes.',
  },
  'too-many-boxes': {
    article: 'Art. 7(2), 12(1) GDPR; EDPB 03/2022 (overloading)',
    explanation: 'With so many boxes nobody can choose knowingly.',
    fix: 'Keep at most six boxes; offer the rest in the preference centre.',
  },
  'nothing-to-do': {
    article: 'Art. 5(1)(b) GDPR',
    explanation: 'The form asks for data and does nothing with them: there is neither a box nor anything that is sent.',
    fix: 'Add a box, or what people get for filling it in.',
  },
  'purpose-unknown': {
    article: 'Art. 5(1)(b) GDPR',
    explanation: 'There is no such purpose, or it is no longer in use.',
    fix: 'Choose a purpose that is in use.',
  },
  'purpose-without-consent': {
    article: 'Art. 6(1)(a) GDPR',
    explanation: 'This purpose does not rest on consent, so people cannot agree to it.',
    fix: 'Choose a purpose that rests on consent, or remove the box.',
  },
  'channel-not-declared': {
    article: 'Art. 5(1)(b) GDPR',
    explanation: 'The purpose does not provide for this channel.',
    fix: 'Choose one of the purpose’s channels.',
  },
  'age-not-asked': {
    article: 'Art. 8(1) GDPR',
    explanation: 'The form speaks to children and does not ask whether they are old enough to consent.',
    fix: 'Mark its purposes as offered to children: the form then asks by itself.',
  },
  'magnet-purpose': {
    article: 'Art. 6(1)(b) GDPR',
    explanation: 'What is sent on request needs a purpose of its own: contract, by e-mail, not marketing.',
    fix: 'Choose such a purpose, for example “Information on request”.',
  },
  'magnet-file-missing': {
    article: 'Art. 5(1)(a) GDPR',
    explanation: 'The file people are promised is not here.',
    fix: 'Upload it again.',
  },
  'text-missing': {
    article: 'Art. 7(2), 12(1) GDPR',
    explanation: 'This text is missing.',
    fix: 'Write it in both languages.',
  },
  'reason-missing': {
    article: 'Art. 5(1)(b)–(c), 13(2)(e) GDPR',
    explanation: 'It is not said why this is asked.',
    fix: 'Say in one sentence what it is needed for.',
  },
  'language-wrong': {
    article: 'Art. 7(2), 12(1) GDPR',
    explanation: 'This text seems to be in another language.',
    fix: 'Write it in the language of its column.',
  },
  'language-untranslated': {
    article: 'Art. 7(2), 12(1) GDPR',
    explanation: 'Both languages have the same text.',
    fix: 'Translate it.',
  },
  'language-shorter': {
    article: 'Art. 7(2), 12(1) GDPR',
    explanation: 'In this language much less is said than in the other.',
    fix: 'Say the same in both languages.',
  },
  'numbers-differ': {
    article: 'Art. 4(11), 12(1) GDPR',
    explanation: 'The numbers of the two languages differ, so people would agree to different things.',
    fix: 'Give the same numbers in both.',
  },
  'numbers-in-one-language': {
    article: 'Art. 12(1) GDPR',
    explanation: 'A number stands in one language only.',
    fix: 'Check that both say the same.',
  },
  'links-differ': {
    article: 'Art. 4(11), 12(1) GDPR',
    explanation: 'The addresses of pages differ between the languages.',
    fix: 'Name the same pages in both.',
  },
  'placeholders-differ': {
    article: 'Art. 4(11), 12(1) GDPR',
    explanation: 'What is filled in, such as {company}, stands in one language only.',
    fix: 'Use it in both languages or in none.',
  },
  'placeholder-unknown': {
    article: 'Art. 5(1)(a), (f) GDPR',
    explanation: 'Only {company} is filled in. What somebody typed is never repeated: it may be a stranger’s words.',
    fix: 'Remove the braces, or use {company}.',
  },
  'pre-ticked': {
    article: 'Art. 4(11), recital 32 GDPR; C-673/17 Planet49',
    explanation: 'A choice that was made beforehand is not consent.',
    fix: 'Say nothing of ticks: every box is empty until the person ticks it.',
  },
  'box-bundled': {
    article: 'Art. 4(11), 7(2), recitals 32 and 43 GDPR',
    explanation: 'One box asks for several things at once.',
    fix: 'Make one box for each purpose and channel.',
  },
  'box-with-terms': {
    article: 'Art. 7(2) GDPR',
    explanation: 'Consent is mixed with the acceptance of terms or of a privacy policy.',
    fix: 'Leave terms out of the box. The privacy notice informs; it is not accepted.',
  },
  'box-other-channel': {
    article: 'Art. 4(11) GDPR',
    explanation: 'The text names another channel than the box is for.',
    fix: 'Name the channel of the box.',
  },
  'consent-as-condition': {
    article: 'Art. 4(11), 7(4) GDPR',
    explanation: 'Consent is made a consequence or a condition of something else.',
    fix: 'Let the box alone say it, and let everything else work without it.',
  },
  'consent-required': {
    article: 'Art. 7(4), recital 43 GDPR',
    explanation: 'Consent that is required is not free.',
    fix: 'Do not call a consent required.',
  },
  'magnet-on-condition': {
    article: 'Art. 7(4), recital 43 GDPR',
    explanation: 'What people ask for would depend on a marketing consent.',
    fix: 'Say that they get it in any case; ask for the consent beside it.',
  },
  'silence-as-consent': {
    article: 'Art. 4(11), recital 32 GDPR; EDPB 05/2020',
    explanation: 'Silence, scrolling or going on is taken for consent.',
    fix: 'Only a ticked box is consent: remove the sentence.',
  },
  'unnamed-recipients': {
    article: 'Art. 13(1)(e), recital 42 GDPR; C-154/21',
    explanation: 'Whoever receives the data is not named.',
    fix: 'Name each recipient in the purpose; leave “partners” and “third parties” out.',
  },
  'double-negative': {
    article: 'Art. 7(2) GDPR; EDPB 03/2022 (left in the dark)',
    explanation: 'One has to think twice whether a tick means yes.',
    fix: 'Begin with “I consent …”: a tick means yes, an empty box means no.',
  },
  shaming: {
    article: 'Art. 4(11), 7(4), recital 42 GDPR; EDPB 03/2022 (stirring)',
    explanation: 'Whoever says no is made to feel bad about it.',
    fix: 'Say plainly what happens with a yes; say nothing of those who decline.',
  },
  urgency: {
    article: 'Art. 4(11), recital 42 GDPR; EDPB 03/2022 (stirring)',
    explanation: 'The text hurries people into agreeing.',
    fix: 'Remove the pressure of time or of others.',
  },
  'emphasis-on-yes': {
    article: 'Art. 4(11), 25(2) GDPR; EDPB 03/2022 (stirring)',
    explanation: 'The yes is made louder than the no.',
    fix: 'Use a plain text: no signs, no exclamations, no recommendation.',
  },
  'withdrawal-denied': {
    article: 'Art. 7(3) GDPR',
    explanation: 'The text says that consent cannot be withdrawn, or not easily.',
    fix: 'Remove the sentence: consent can be withdrawn at any time, as easily as it was given.',
  },
  'sender-unnamed': {
    article: 'Recital 42 GDPR',
    explanation: 'The box does not say who will use the data.',
    fix: 'Put {company} into its text.',
  },
  'gendered-wording': {
    article: 'Art. 12(1) GDPR',
    explanation: 'The wording fits only men or only women.',
    fix: 'Write „Давам съгласие …“ in Bulgarian.',
  },
  shouting: {
    article: 'Art. 7(2), 12(1) GDPR',
    explanation: 'Capital letters throughout are hard to read.',
    fix: 'Write as in any sentence.',
  },
  unreadable: {
    article: 'Art. 7(2), 12(1) GDPR',
    explanation: 'The sentence is too long or too heavy to be understood at once.',
    fix: 'Make two or three short sentences of it, in everyday words.',
  },
  'mail-marketing': {
    article: 'Directive 2002/58/EC Art. 13(1)',
    explanation: 'The message goes to somebody who has agreed to nothing yet, so it may not advertise.',
    fix: 'Say only what was asked for and what to do.',
  },
  'mail-link': {
    article: 'Art. 32(1) GDPR',
    explanation: 'The message has exactly one link, ours. Others make it look like fraud.',
    fix: 'Remove the address.',
  },
} as const;

type Words = { readonly article: string; readonly explanation: string; readonly fix: string };

export type LintTexts = { readonly [C in keyof typeof lint]: Words };
