import { findingSentences } from '../finding-sentences.ts';
import { lint } from './lint.ts';

/** What people read when a request is refused. Keys are the codes of AppError and of field problems. */
export const problems = {
  problems: {
    'invalid-fields': {
      title: 'Some fields need attention',
      detail: 'Nothing was changed. Please correct the fields named below.',
    },
    'invalid-query': { title: 'The address has a setting we cannot use', detail: 'Please correct the settings named below.' },
    'invalid-cursor': { title: 'This place in the list is not valid', detail: 'Start again from the first page.' },
    'import-state': {
      title: 'This import is not at this step',
      detail: 'Look again where it is: somebody, or the work itself, has brought it further.',
    },
    'undo-expired': { title: 'This import can no longer be undone', detail: 'What it brought can be undone for 30 days.' },
    'import-rows-gone': { title: 'The rows of this import are gone', detail: 'They are kept for 30 days.' },
    'import-file-missing': {
      title: 'The file of this import is not there',
      detail: 'Bring it in again. Machines that share the work must share the data folder.',
    },
    'disk-full': {
      title: 'There is not enough room on the disk',
      detail: 'Nothing was kept. Free some space and bring the file in again.',
    },
    'no-file': { title: 'There is no file', detail: 'Send the file as the body, or as the file of a form.' },
    'import-file-empty': { title: 'The file is empty', detail: 'Nothing was kept.' },
    'import-file-too-large': {
      title: 'The file is too large',
      detail: 'At most {megabytes} MB are accepted. Divide it, or leave out columns nobody needs.',
    },
    'import-file-no-table': {
      title: 'There is no table in this file',
      detail: 'Nothing that looks like rows and columns was found.',
    },
    'import-file-too-many-columns': {
      title: 'The file has too many columns',
      detail: 'At most {most} columns are accepted. Leave out those nobody needs.',
    },
    'import-file-old-excel': { title: 'This is an old Excel file', detail: 'Open it and save it as XLSX or CSV.' },
    'import-file-locked': { title: 'The file is protected by a password', detail: 'Save it without one and bring it in again.' },
    'import-file-open-document': { title: 'This is an OpenDocument file', detail: 'Save it as XLSX or CSV.' },
    'import-file-binary-workbook': { title: 'This is a binary Excel workbook', detail: 'Save it as XLSX or CSV.' },
    'import-file-web-page': { title: 'This is a web page', detail: 'Save the table as XLSX or CSV.' },
    'import-file-json': { title: 'This is a JSON file', detail: 'Save the table as CSV or XLSX.' },
    'import-file-compressed': {
      title: 'The file is compressed',
      detail: 'Unpack it first; only a ZIP of tables is opened here.',
    },
    'import-file-unknown-kind': { title: 'This kind of file is not known', detail: 'CSV, XLSX, vCard and ZIP are accepted.' },
    'import-file-damaged': { title: 'The file is damaged', detail: 'Export it anew and bring it in again.' },
    'import-archive-damaged': { title: 'The archive is damaged', detail: 'Make it anew and bring it in again.' },
    'import-archive-locked': {
      title: 'The archive is protected by a password',
      detail: 'Make it without one and bring it in again.',
    },
    'import-archive-too-large': {
      title: 'The archive unpacks to too much',
      detail: 'It was not opened. Bring in its tables one by one.',
    },
    'import-archive-too-many-files': { title: 'The archive holds too many files', detail: 'Bring in its tables one by one.' },
    'import-archive-unsafe-name': { title: 'The archive names a file outside itself', detail: 'It was not opened.' },
    'import-archive-without-table': { title: 'There is no table in this archive', detail: 'CSV and vCard files are looked for.' },
    'not-found': { title: 'Not found', detail: 'There is nothing at this address, or it is not there any more.' },
    'nothing-seen': {
      title: 'This entry names no page',
      detail: 'It was made without a page or a text that we showed, for example by telephone or by the program itself.',
    },
    merged: {
      title: 'This record was united with another',
      detail: 'Its data are changed in the record it went up in.',
    },
    'foreseen-otherwise': {
      title: 'It is not what you have seen any more',
      detail: 'Pairs came or went since. Look at them again; nothing was changed.',
    },
    'not-to-be-merged': {
      title: 'These two records cannot be united',
      detail:
        'One of them is restricted, not confirmed yet, or part of another already; or both are the same. Nothing was changed.',
    },
    'not-to-be-undone': {
      title: 'These records cannot be taken apart any more',
      detail:
        'It was undone before, more than 30 days have passed, the person is restricted, or a later merge has to be undone first. Nothing was changed.',
    },
    'signed-out': { title: 'Please sign in', detail: 'This needs a signed-in staff member or an API key.' },
    'sign-in-refused': { title: 'The e-mail address or the password is wrong', detail: 'Please check both and try again.' },
    'too-many-attempts': { title: 'Too many attempts', detail: 'Please wait {seconds} seconds before you try again.' },
    'invalid-api-key': { title: 'The API key is not valid', detail: 'It is unknown, has expired or was revoked.' },
    'not-allowed': {
      title: 'You may not do this',
      detail: 'Your role or API key does not include the right for it. Ask an owner.',
    },
    'wrong-origin': {
      title: 'The request came from another site',
      detail: 'For your safety it was refused and nothing was changed.',
    },
    'odd-path': {
      title: 'The address is written in a way we do not accept',
      detail: 'Write it without doubled slashes, dots or encoded slashes.',
    },
    'body-unreadable': {
      title: 'The request could not be read',
      detail: 'Its body is damaged or not in the form its type announces.',
    },
    'body-too-large': { title: 'The request is too large', detail: 'At most {limit} bytes are accepted here.' },
    'type-not-supported': { title: 'This type of content is not accepted here', detail: 'Accepted: {accepted}.' },
    'method-not-allowed': {
      title: 'This address does not take such requests',
      detail: 'See the Allow header for those it takes.',
    },
    'nobody-chosen': {
      title: 'There is nobody to whom this could be done',
      detail: 'Nothing was started. The preview says why each of the chosen people is left out.',
    },
    'ground-stands': {
      title: 'A ground for this source and purpose is stated already',
      detail: 'Take that one back first if it is not right.',
    },
    'work-under-way': {
      title: 'Such work is under way already',
      detail: 'It is about another selection. Wait until it has ended, or stop it; then ask again.',
    },
    'job-ended': { title: 'This work has ended', detail: 'Nothing can be changed about it any more.' },
    'idempotency-key-invalid': { title: 'The Idempotency-Key is not valid', detail: 'Use 1 to 255 plain characters.' },
    'idempotency-key-in-flight': {
      title: 'The same request is being worked on',
      detail: 'Ask again in a moment to get its answer.',
    },
    'idempotency-key-reused': {
      title: 'This Idempotency-Key belongs to another request',
      detail: 'Use a new key for a new request.',
    },
    'secret-shown-once': {
      title: 'This was done already',
      detail: 'What it created is shown only once. Create a new one if it was lost.',
    },
    'address-taken': { title: 'Another contact has this address', detail: 'Each e-mail address belongs to one contact.' },
    'log-behind': {
      title: 'The newest entries are not in the log yet',
      detail: 'They will be within seconds. Please try again.',
    },
    'package-broken': {
      title: 'This consent history does not hold',
      detail: 'Nothing was changed. The first part that is broken: {broken}.',
    },
    'package-key-unknown': {
      title: 'This consent history is signed with another key',
      detail: 'It is not the key you named. Nothing was changed.',
    },
    'package-is-own': { title: 'This consent history is our own', detail: 'What it proves is in our ledger already.' },
    'package-of-another-person': {
      title: 'This consent history is of somebody else',
      detail: 'The contact has none of its e-mail addresses. Nothing was changed.',
    },
    'package-from-the-future': {
      title: 'This consent history speaks of the future',
      detail: 'One of its clocks is wrong. Nothing was changed.',
    },
    'link-not-valid': {
      title: 'This link is not valid',
      detail: 'It was used already, has expired, or was replaced by a newer one.',
    },
    'last-owner': { title: 'The last owner must stay', detail: 'Make someone else an owner first.' },
    'member-exists': { title: 'There is a staff member with this address', detail: 'Each address belongs to one staff member.' },
    'system-purpose': { title: 'This purpose is needed by the system', detail: 'It can be reworded but not archived.' },
    'slug-taken': { title: 'This short name is in use', detail: 'Choose another one.' },
    'marketing-is-fixed': {
      title: 'Marketing stays marketing',
      detail: 'People have objected to it as such. Create another purpose for what is not marketing.',
    },
    'basis-is-fixed': {
      title: 'A purpose keeps its legal basis',
      detail: 'Another basis is another purpose: add a new one and tell people about it.',
    },
    'said-otherwise-since': {
      title: 'The person has spoken since',
      detail: 'What they said later ({said}, {since}) counts. A consent from before it cannot be recorded.',
    },
    'may-not-ask-yet': {
      title: 'It is too early to ask again',
      detail: 'The person said no and is left alone until {until}. They may come back by themselves at any time.',
    },
    'controller-missing': {
      title: 'The company’s details are missing',
      detail: 'A form says who asks. Fill in the company’s details first.',
    },
    'delivery-not-waiting': { title: 'This message is not waiting', detail: 'It was sent or withheld in the meantime.' },
    'no-mail-server': {
      title: 'There is no mail server',
      detail: 'Set SMTP_URL and start again; until then messages are held here.',
    },
    'form-has-no-version': { title: 'This form has never been published', detail: 'Publish it with its texts first.' },
    'draft-changed': {
      title: 'Somebody else has saved this draft',
      detail: 'Nothing was stored. Load the newest draft and decide which of the two stays.',
    },
    'file-not-accepted': {
      title: 'This kind of file is not accepted here',
      detail: 'Accepted: {accepted}.',
    },
    'form-archived': {
      title: 'This form is archived',
      detail: 'Bring it back first.',
    },
    restricted: {
      title: 'Processing of these data is restricted',
      detail: 'They may only be stored until the restriction ends (Art. 18 GDPR).',
    },
    'no-basis-to-end': {
      title: 'There is no basis to end',
      detail: 'For this purpose none stands: it was never recorded, or has ended before.',
    },
    'on-hold': {
      title: 'This person is on hold',
      detail:
        'Their data are needed for a claim or an inspection (Art. 17(3)(b), (e) GDPR). Nothing was erased; lift the hold first.',
    },
    'on-hold-already': { title: 'There is a hold on this ground already', detail: 'Lift it first to say something else.' },
    'batch-not-proposed': {
      title: 'This batch is not waiting for approval',
      detail: 'It was approved, is carried out by its rule, or is empty by now.',
    },
    'batch-changed': {
      title: 'The batch has changed',
      detail: 'Since you looked, people came or went. Nothing was approved: look at it again.',
    },
    'second-approver-needed': {
      title: 'Another person must agree',
      detail: 'A batch of this size is approved by two people. You have agreed already.',
    },
    'batch-not-stopped': { title: 'This batch is not standing still', detail: 'It is under way, done, or not approved yet.' },
    'second-person-needed': {
      title: 'This needs a second person',
      detail: 'Whoever asked for the evidence cannot approve it. Another owner or data protection officer must.',
    },
    'export-not-ready': {
      title: 'This export cannot be taken now',
      detail:
        'It was taken, refused, has lapsed, or is being taken at this moment. Look at its page; if need be, ask for it again.',
    },
    'export-waits': {
      title: 'A second person has to agree first',
      detail: 'An export of so many people needs the approval of an owner or a data protection officer who did not ask for it.',
    },
    'export-of-another': {
      title: 'This export is not yours',
      detail: 'Only whoever asked for an export may take it. Ask for one of your own.',
    },
    'export-not-waiting': {
      title: 'This export waits for nobody’s approval',
      detail: 'It was decided already, needs no approval, or its seven days are over.',
    },
    'opening-not-waiting': {
      title: 'This request is not waiting any more',
      detail: 'It was decided or has lapsed in the meantime.',
    },
    'opening-not-approved': {
      title: 'This cannot be opened',
      detail: 'Evidence is opened once, by whoever asked for it, within a day of another person’s approval.',
    },
    'log-damaged': {
      title: 'The log contradicts itself',
      detail: 'Nothing can be proven until somebody has looked: run saglasie verify on the server.',
    },
    'admin-not-built': {
      title: 'The admin program is not built',
      detail: 'Run npm run build:admin on the server and start it again.',
    },
    'too-many-sign-ups': {
      title: 'Too many sign-ups at once',
      detail: 'They are limited so that nobody is flooded with mail. Nothing was stored. Try again in an hour.',
    },
    'form-closed': { title: 'This form is not published', detail: 'It takes no answers. Nothing was stored.' },
    'form-changed': {
      title: 'The form has changed',
      detail: 'It no longer asks for what was chosen here, so nobody can confirm it. It stays put aside until it is deleted.',
    },
    'address-full': {
      title: 'This address was asked often enough',
      detail: 'So that nobody is flooded with mail, try again later. It stays put aside.',
    },
    'key-taken': {
      title: 'This short name is taken',
      detail: 'There is a field with it already, perhaps taken out of use. Choose another, or bring that one back.',
    },
    'field-is-needed': {
      title: 'This field is needed',
      detail: 'People are found and recognised by it. It cannot be taken out of use.',
    },
    'copy-would-be-partial': {
      title: 'This program may not see everything',
      detail:
        'A person’s copy is whole or none. Open the hidden fields to programs, or have the data protection officer make the copy.',
    },
    'rests-on-another-basis': {
      title: 'This purpose rests on another legal basis',
      detail: 'Only a legitimate interest is weighed in three steps (Art. 6(1)(f)).',
    },
    unavailable: {
      title: 'The service is not available right now',
      detail: 'Nothing was changed. Please try again in a moment.',
    },
    defect: {
      title: 'Something went wrong on our side',
      detail: 'Nothing was changed. If it happens again, tell us the request id.',
    },
  },
  fields: {
    ...findingSentences(lint),
    missing: 'Fill this in.',
    'wrong-type': 'This must be of the type {expected}.',
    'too-long': 'At most {max} characters.',
    'too-short': 'At least {min} characters.',
    'too-many': 'At most {max}.',
    'too-few': 'At least {min}.',
    'too-large': 'At most {max}.',
    'too-small': 'At least {min}.',
    'not-one-of': 'Use one of: {options}.',
    'unknown-field': 'There is no such field.',
    'invalid-format': 'This is not written the right way ({format}).',
    'unknown-column': 'The file has no such column.',
    'column-twice': 'This column is named twice.',
    'field-twice': 'Two columns go into the same field.',
    'no-recognisable-column': 'Say which column holds the e-mail address, the telephone number or the name.',
    'unknown-part': 'The file has no such part.',
    'given-twice': 'Give this only once.',
    'invalid-email': 'Enter an e-mail address, like name@example.com.',
    'invalid-phone': 'Enter a telephone number, like +359 2 123 4567.',
    'same-contact': 'Choose two different contacts.',
    'unknown-purpose': 'There is no such purpose, or it is no longer in use.',
    'in-the-past': 'Choose a time in the future.',
    'double-opt-in-needs-consent': 'Only consent can be confirmed by e-mail.',
    'needs-consent': 'Only consent can be of this kind.',
    'basis-not-of-purpose': 'This purpose rests on another legal basis.',
    'forbidden-characters': 'This holds characters that cannot be seen or that turn text around.',
    'mixed-alphabets': 'The address mixes alphabets, so that one letter can pass for another.',
    'nothing-to-recognise': 'Give at least a name, a company or an address.',
    'consent-cannot-be-typed-in': 'Consent is the person’s own act: send them the form.',
    'why-not-material': 'This looks like a material change. Say why it is not, or treat it as one.',
    'renewal-too-early': 'Ask for renewal later: at least a week must pass after the consent was given.',
    'not-base64': 'The file must be sent in Base64.',
    'file-empty': 'The file is empty.',
    'file-too-large': 'At most {max} MB.',
    'file-kind-refused': 'This kind of file is not accepted. Accepted: {options}.',
    'age-not-asked': 'Ask whether the person is old enough to agree, and say what they answered.',
    'under-age': 'Whoever is too young cannot agree alone: send the form, which asks a parent too.',
    'not-from-the-person':
      'This source is not the person: an address that somebody else gave us was not obtained in a sale to them.',
    'every-condition': 'All of the conditions must hold: if one does not, the law does not let us ask.',
    'consent-needs-evidence':
      'Consent is what the person did, and cannot be assigned. Attach evidence of it, or ask where that is allowed.',
    'contract-covers-service-only': 'A contract covers the service itself, never marketing (Art. 6(1)(b)).',
    'assessment-needed': 'Legitimate interests need a written weighing against the interests of the people (Art. 6(1)(f)).',
    'warning-not-read': 'Confirm that you have read what the law forbids here.',
    'signed-file-needed':
      'This purpose demands a confirmed address. A statement of ours does not replace that; what people signed does: attach it.',
    'file-or-statement': 'Attach a file or write a statement: without either nobody could show the consent.',
    'consent-ended-since': 'Consent to this purpose lasts for a limited time, and one of that day has ended.',
    'file-or-note': 'Attach a file or write a note: without either nobody could show the consent.',
    'no-address': 'The person has no e-mail address to confirm it at.',
    'text-unknown': 'There is no such text in this language.',
    'unknown-basis-needs-quarantine': 'Data without a known basis can be added only to a contact in quarantine.',
    'in-the-future': 'Choose a time that has passed.',
    'not-a-site': 'Write a site as https://shop.example, without a page; http only for this machine.',
    'not-on-a-site': 'This must be a page of one of the sites, without a query.',
    'no-such-box': 'The form has no box for this purpose and channel.',
    'own-field': 'This field belongs to our own forms and cannot mean anything else.',
    'no-box': 'Tick at least one kind of message.',
    'only-sooner': 'This day can only be brought forward.',
    'recipient-not-named': 'People were not told of this recipient for this purpose. Name it in the purpose first.',
    'only-one-person': 'To a person goes their own data alone: choose exactly one.',
    'only-for-authorities': 'Only an authority may have restricted data, and only on these grounds.',
    'needs-no-purpose': 'Such a recipient needs no purpose of yours: leave it out.',
    'no-address-here': 'Write no address here: name the case.',
    'another-address': 'This is not the address that was asked about. Nothing was opened.',
    'field-serves-nothing':
      'This field serves no purpose in use, so nobody can fill it in. Name a purpose for it under Data map.',
    'field-hidden': 'You may not see this field, so you cannot change it.',
    'special-needs-condition': 'Data of a special category need a purpose that names them and has a condition of Art. 9(2).',
    'option-in-use': 'Answers that people may have chosen stay. Give it another label instead.',
    'special-stays': 'What was of a special category stays so. Make another field for what is not.',
    'field-open-to-all': 'People are found and recognised by this field, so everybody sees it.',
    'owner-and-dpo-see-all': 'Owner and data protection officer see every field.',
    'purpose-needs-data': 'A purpose uses at least one kind of data: this is its last.',
    'date-invalid': 'Enter a date, like 31.12.2026.',
    'number-invalid': 'Enter a number, like 12.5.',
    'url-invalid': 'Enter the address of a page, like https://example.com.',
    'unknown-processor': 'There is no such processor.',
    'after-the-last': 'The next review comes after the last one.',
    'risky-needs-reasons': 'These signs usually mean a high risk. Say why it is not high here.',
    'template-unfilled': 'Replace what stands in square brackets: a template weighs nothing.',
    invalid: 'This is not valid.',
  },
} as const;

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };

export type ProblemTexts = Shape<typeof problems>;
