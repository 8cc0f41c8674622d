/** What people outside the company read, in English. The shape every other language keeps. */
export const publicTexts = {
  languageSwitch: 'Език / Language',
  skip: 'Skip to the content',
  errorPrefix: 'Error: ',
  newWindow: '(opens in a new window)',
  problemTitle: 'There is a problem',
  withdrawNote: 'You can withdraw consent at any time. Withdrawal does not affect the lawfulness of earlier processing.',

  footer: {
    controller: (name: string, address: string) => `Controller: ${name}, ${address}`,
    dpo: 'Data protection officer',
    contact: 'Contact',
    notice: 'Privacy notice',
    accessibility: 'Accessibility',
    authority: 'Commission for Personal Data Protection (КЗЛД)',
  },

  log: {
    title: 'Keys of the ledger',
    lead: 'Every consent, refusal and withdrawal is an entry of a ledger that is only ever added to. We sign its state with these keys, so that anybody can check a receipt without trusting us.',
    current: 'In use now',
    past: 'Earlier keys',
    pastHint: 'They no longer sign. What they signed before can still be checked with them.',
    none: 'Nothing has been signed yet.',
    from: (moment: string) => `In use since ${moment}`,
    span: (from: string, until: string) => `In use from ${from} until ${until}`,
    how: 'How to check',
    howText:
      'A receipt names its key. It must be one of those on this page, or one you wrote down earlier. The log holds hashes only: nobody can read from it who consented to what.',
    checkpoint: 'The newest signed state',
    machine: 'These keys for programs (JSON)',
  },

  form: {
    legend: 'What would you like to receive?',
    legendHint: 'Choose one or more. Nothing is ticked in advance.',
    legendHintOptional:
      'Choose what you like, or nothing. Nothing is ticked in advance, and what you asked for is sent in any case.',
    measurementLegend: 'May we record what you read?',
    measurementHint: 'This is a choice of its own: whatever you say here, you receive the same messages.',
    magnetHeading: 'What we send you',
    magnetNote: 'We send it to your address once you have confirmed it. It does not depend on any choice below.',
    yes: 'Yes',
    no: 'No',
    chooseNone: 'No answer',
    dateHint: 'For example 31.12.2026',
    age: {
      question: (years: number) => `Are you ${years} or older?`,
      reason: (years: number) => `From the age of ${years} you can consent yourself; for anyone younger a parent does.`,
      older: (years: number) => `I am ${years} or older`,
      younger: (years: number) => `I am younger than ${years}`,
    },
    parent: {
      title: 'One question more: a parent’s e-mail address',
      text: (years: number) =>
        `You are younger than ${years}, so a parent or another person responsible for you has to agree. We write to them first, and to you only after they say yes.`,
      label: 'E-mail address of a parent',
      reason: (days: number) =>
        `We ask them whether they agree, and use the address for nothing else. If they do not answer within ${days} days, we delete it together with what you typed.`,
      submit: 'Send',
      back: 'Back to the form',
    },
    optional: 'optional',
    trap: 'Leave this empty',
    missing: {
      title: 'This form is not here',
      text: 'There is no form at this address. Please check the link, or ask whoever gave it to you.',
    },
    closed: {
      title: 'This form is closed',
      text: 'It no longer takes answers. Nothing was stored.',
    },
    tooFast: {
      title: 'That was very quick',
      text: 'Programs fill in forms faster than people, so we ask once more. Nothing you typed is lost: please check it and send again.',
    },
    changed: {
      title: 'The text has changed since you opened it',
      text: 'Please read it once more, choose and send again. What you typed was kept.',
      heading: 'What is different',
      added: 'New:',
      removed: 'No longer there:',
      before: 'Before:',
      now: 'Now:',
    },
    stale: {
      title: 'The form was open for a long time',
      text: 'Please check that everything is still right, and send it again. What you typed was kept.',
    },
    forged: {
      title: 'We could not tell which form this was',
      text: 'Please check it and send it again. What you typed was kept.',
    },
    choose: {
      title: 'One thing is still missing: your choice',
      text: 'The page you came from did not say what you would like to receive. Please choose here and send the form. What you typed was kept.',
    },
    tooMany: {
      title: 'Too many sign-ups at once',
      text: 'We limit them so that nobody is flooded with mail. What you sent may be put aside for a person here to look at; it is deleted after 14 days at the latest. You can also try again in an hour.',
    },
    errors: {
      emailMissing: 'Enter an e-mail address, like name@example.com',
      emailInvalid: 'Enter an e-mail address, like name@example.com',
      emailMixed: 'This address mixes letters of two alphabets, such as a Cyrillic “а” among Latin ones. Type it again',
      emailTooLong: 'This address is too long. Enter an e-mail address, like name@example.com',
      phoneInvalid: 'Enter a phone number, like +359 88 123 4567',
      missing: (label: string) => `Fill in “${label}”`,
      tooLong: (label: string, max: number) => `“${label}” may have at most ${max} characters`,
      characters: (label: string) => `“${label}” contains invisible control characters. Please type it again`,
      noBox: 'Tick at least one kind of message',
      choose: (label: string) => `Choose an answer for “${label}”`,
      dateInvalid: (label: string) => `Enter a date for “${label}”, like 31.12.2026`,
      numberInvalid: (label: string) => `Enter a number for “${label}”, like 12 or 12.5`,
      urlInvalid: (label: string) => `Enter the address of a page for “${label}”, like https://example.com`,
      sensitive: (label: string, box: string) =>
        `You answered “${label}”. We may keep that only with your explicit consent. Tick “${box}”, or leave the answer empty`,
      ageMissing: (years: number) => `Say whether you are ${years} or older`,
      parentMissing: 'Enter the e-mail address of a parent, like name@example.com',
      parentSame: 'Enter the address of a parent: another one than your own',
    },
  },

  /** What stands in a form that is copied into another site. */
  copiedForm: {
    fullText: 'The whole text and all details',
    frameTitle: (title: string) => `Form: ${title}`,
  },

  checkMail: {
    title: 'Check your e-mail',
    requested: (days: number) =>
      `We will do what you asked for once you confirm your address. If you don’t within ${days} days, we delete your data.`,
    parentText: (days: number) =>
      `We are writing to the parent whose address you gave. If they do not answer within ${days} days, we delete everything you typed.`,
    text: (days: number) =>
      `Your subscription starts only once you confirm it. If you don’t within ${days} days, we delete your data.`,
    nothingCame: 'Nothing came?',
    nothingCameText:
      'It can take a few minutes. Look in the spam folder, and check that the address was typed right. You can send the form again after a quarter of an hour.',
    back: 'Back to the form',
  },

  confirm: {
    title: 'One step left',
    intro: (email: string, date: string) => `On ${date} the address ${email} was entered here to receive:`,
    shown: 'The text that was shown',
    choose: 'Was it you?',
    confirm: 'Confirm',
    notMe: 'Not me – delete the address',
    until: (date: string) => `You can choose until ${date}. After that we delete what was entered.`,
    doneTitle: 'Your subscription is confirmed',
    alreadyTitle: (date: string) => `Already confirmed on ${date}`,
    doneText: 'You agreed to this:',
    requestedText: 'You asked for this, and we are sending it to you:',
    nextTitle: 'What happens next',
    nextText: 'You will get only what you chose. Every message carries a link with which you can stop it in one step.',
    preferences: 'See or change what you receive',
    seeText: 'See the text you were shown',
    rejectedTitle: 'We have stopped it',
    rejectedText: 'Nothing was subscribed, and what had been entered with this address here was deleted.',
    rejectedKeptText: 'What had been entered with this address here was deleted. What you agreed to before stays as it was.',
    goneTitle: 'There is nothing to confirm here',
    goneText: (days: number) =>
      `Either you asked us to delete the address, or more than ${days} days have passed and we deleted it ourselves. If you wish, you can fill in the form again.`,
    toForm: 'To the form',
    failedTitle: 'Please choose one of the two buttons',
  },

  /** What a parent is asked about a child's request. */
  forChild: {
    title: 'A question to you as a parent',
    intro: (child: string, date: string, years: number) =>
      `On ${date} somebody younger than ${years}, with the address ${child}, asked for the following and named you as a parent:`,
    ask: 'Do you agree?',
    name: 'Your name',
    nameReason: 'We keep it as proof of who agreed, and use it for nothing else.',
    responsible: 'I hold parental responsibility for this child.',
    responsibleHint: 'A parent, guardian or another person responsible by law.',
    agree: 'I agree',
    decline: 'I do not agree – delete it',
    until: (date: string) => `You can choose until ${date}. After that we delete what was entered, your address too.`,
    nameMissing: 'Enter your name',
    nameInvalid: 'Enter your name: at least 2 and at most 200 characters',
    responsibleMissing: 'Say whether you hold parental responsibility',
    agreedTitle: 'Thank you, you agreed',
    agreedText: (child: string) =>
      `We are now writing to ${child}: it starts once the address is confirmed there. You and the child can stop it at any time.`,
    declinedTitle: 'It is deleted',
    declinedText:
      'Nothing is sent to the child. What was entered was deleted, your address too unless you are known to us otherwise.',
    settledTitle: (date: string) => `You agreed on ${date}`,
  },

  preferences: {
    title: 'What you receive',
    intro: (email: string) => `These are your choices for ${email}.`,
    introNoAddress: 'These are your choices.',
    stopAll: 'Unsubscribe me from everything',
    save: 'Save',
    legend: 'Messages you can choose',
    given: (date: string) => `Consent of ${date}.`,
    seeText: 'See the text you were shown',
    pending: (date: string) => `Asked for on ${date}; waiting for you to confirm by e-mail.`,
    withdrawn: (date: string) => `Stopped on ${date}.`,
    expired: (date: string) => `The consent ended on ${date}.`,
    outdated: (date: string) =>
      `You consented on ${date}; it has changed since, and is not sent until you agree to it as it is now.`,
    newAddress: 'Waits until you confirm your new address.',
    never: 'Not subscribed.',
    objected: (date: string) => `You objected on ${date}.`,
    restricted: 'Stopped, because the use of your data is restricted.',
    stopped: 'Stopped.',
    ofCustomer: (date: string) => `Sent since ${date} because you are our customer and have not objected (legitimate interest).`,
    newNeedsMail:
      'Unticking works at once. For what you newly tick we send an e-mail first: this link may have been forwarded, so it alone cannot subscribe you.',
    changeAddressTitle: 'Another e-mail address?',
    changeAddressText: 'We first write to the address we have, so that nobody but you can change it.',
    changeAddress: 'Change my e-mail address',
    service: 'Messages that are needed',
    serviceText: 'Mail your contracts, orders and requests need is sent whatever you choose here.',
    object: 'I object to processing for direct marketing',
    changedTitle: 'What changed',
    nothingChanged: 'Nothing was changed.',
    stopped1: (purpose: string, channel: string) => `“${purpose}”${channel && ` by ${channel}`}: stopped. Effective now.`,
    objected1: (purpose: string, channel: string) =>
      `“${purpose}”${channel && ` by ${channel}`}: your objection is recorded. Effective now.`,
    asked1: (purpose: string, channel: string) =>
      `“${purpose}”${channel && ` by ${channel}`}: we sent you an e-mail. It starts once you confirm there.`,
    none: 'We send nothing you could choose here.',
    notAsked1: (purpose: string, channel: string) =>
      `“${purpose}”${channel && ` by ${channel}`}: not asked for. We ask by e-mail, and not more than once in a quarter of an hour. Please try again later, or write to us.`,
    channels: { email: 'e-mail', sms: 'SMS', phone: 'phone', post: 'post', none: '' },
  },

  /** Words of the boxes of the preference centre, as they are recorded and shown again on the confirmation page. */
  preferencesForm: {
    title: 'Your choices',
    intro: (company: string) => `What you would like to receive from ${company}.`,
    email: 'E-mail address',
    emailReason: 'Your messages go to it, and one message to confirm.',
    phone: 'Phone',
    phoneReason: 'Needed for calls and SMS only.',
    label: {
      email: (company: string, purpose: string) => `I consent to ${company} sending me “${purpose}” by e-mail.`,
      sms: (company: string, purpose: string) => `I consent to ${company} sending me “${purpose}” by SMS.`,
      none: (company: string, purpose: string) => `I consent to ${company} using my data for “${purpose}”.`,
      phone: (company: string, purpose: string) => `I consent to ${company} calling me by phone about “${purpose}”.`,
    },
    submit: 'Save',
    doneTitle: 'Your choice is confirmed',
    doneText: 'It holds from now on.',
  },

  unsubscribe: {
    title: (purpose: string) => `Stop “${purpose}”?`,
    forAddress: (email: string) => `It is sent to ${email}.`,
    button: 'Unsubscribe',
    doneTitle: 'You are unsubscribed',
    doneText: 'Effective now. You will only get e-mails needed for your orders and contracts.',
    inFlight: (date: string) =>
      `One message was already being handed over at ${date} when you unsubscribed; it may still arrive. Nothing after it will.`,
    already: (date: string) => `This was already stopped on ${date}. It stays so.`,
    undoTitle: 'Pressed by mistake?',
    undoText: 'We will send you an e-mail in which you confirm that you want it after all.',
    undo: 'Subscribe again',
    undoneTitle: 'Check your e-mail',
    undoneText: 'We sent you a message. Your subscription starts again once you confirm it there.',
    more: 'See everything you receive',
  },

  why: {
    title: 'Why did I get this e-mail?',
    sentTo: 'Sent to',
    sentAt: 'When',
    about: 'Purpose',
    because: 'Why',
    consented: (date: string, form: string) => `Because on ${date} you consented via “${form}”.`,
    customer: 'Because you are our customer and have not objected (legitimate interest).',
    asked: (date: string) =>
      `Because on ${date} this address was entered in a form. The law asks us to check that it was you; without your answer nothing more is sent.`,
    requested: (date: string) => `Because on ${date} you asked for it by a form and confirmed your address. It is sent once.`,
    parent: (date: string) =>
      `Because on ${date} a child named this address as that of a parent. The law asks us to check that a parent agrees; the address is used for nothing else.`,
    no: 'The ground for it has ended; nothing more is sent.',
    seeText: 'See the exact text',
    recipients: 'Who helps us send it',
    noRecipients: 'Nobody but us.',
    tracking: 'Tracking',
    noTracking: 'Off. We do not record whether you open a message or follow a link.',
    usedData: 'Data used',
    usedEmail: 'Your e-mail address and the language you chose.',
    stopThis: 'Stop this',
    stopAll: 'Stop everything',
    notMine: 'This is not my subscription',
    notMineTitle: 'We have stopped it',
    notMineText:
      'Nothing more is sent to this address that is not needed for orders and contracts. What had only been asked for with it was deleted.',
  },

  notice: {
    title: (slug: string, version: number) => `Text “${slug}”, version ${version}`,
    recorded: (date: string) => `Recorded on ${date}. This text is kept unchanged for good.`,
    hash: 'SHA-256 of the text',
    missingTitle: 'There is no such text',
    missingText: 'Please check the link.',
  },

  stale: {
    title: 'This link no longer works',
    text: 'It may be incomplete, or what it led to was deleted. Links in newer messages work.',
    ask: 'Send a new one',
    askText: 'Enter your e-mail address. If we know it, we send a link to what you receive.',
    email: 'E-mail address',
    sentTitle: 'Check your e-mail',
    sentText: 'If we know this address, a new link is on its way.',
  },

  accessibility: {
    title: 'Accessibility',
    paragraphs: [
      'These pages should work for everyone: with a keyboard, a screen reader, large text, high contrast, on a phone, and without JavaScript. We test them against WCAG 2.2 AA.',
      'No page sets a time limit, moves by itself, asks you to solve a puzzle or needs an account.',
    ] as readonly string[],
    report: (email: string) => `Does something not work for you? Write to ${email}; we answer and we mend it.`,
    law: 'EN 301 549 and Directive (EU) 2019/882 are our measure.',
  },

  /** Blocks of the privacy notice that a form is published with; they become part of the recorded text. */
  approach: {
    title: {
      renewal: (purpose: string) => `Does your consent to “${purpose}” go on?`,
      changed: (purpose: string) => `“${purpose}” has changed: do you agree to it as it is now?`,
      spoken: (purpose: string) => `Do you confirm your consent to “${purpose}”?`,
      repermission: (purpose: string) => `May we write to you? “${purpose}”`,
    },
    intro: {
      renewal: (email: string, date: string) =>
        `On ${date} you consented to what is sent to ${email}. That consent ends soon. We ask this once.`,
      changed: (email: string, date: string) =>
        `On ${date} you consented to what is sent to ${email}. What we do has changed since, and that consent does not cover it: until you answer nothing is sent. We ask this once.`,
      spoken: (email: string, date: string) =>
        `On ${date} we wrote down that you agree to messages to ${email}. They begin only when you confirm it here.`,
      repermission: (email: string, date: string) =>
        `On ${date} we wrote to ${email}: we have this address, but nothing shows whether you agreed to this. Until you answer, nothing is sent. We ask only once.`,
    },
    statement: {
      email: (company: string, purpose: string) => `I consent to ${company} e-mailing me “${purpose}”.`,
      sms: (company: string, purpose: string) => `I consent to ${company} sending me “${purpose}” by SMS.`,
      phone: (company: string, purpose: string) => `I consent to ${company} calling me by telephone about “${purpose}”.`,
      post: (company: string, purpose: string) => `I consent to ${company} sending me “${purpose}” by post.`,
      none: (company: string, purpose: string) => `I consent to ${company} using my data for “${purpose}”.`,
    },
    untilWithdrawn: 'The consent holds until you withdraw it.',
    validFor: (months: string) => `The consent holds for ${months}, unless you withdraw it earlier.`,
    seeOld: 'See the text you were shown then',
    choose: 'Your answer',
    yes: 'Yes, I consent',
    no: 'No, I do not consent',
    until: {
      renewal: (date: string) => `If you do not answer, the consent ends on ${date} and we do not ask again.`,
      changed: (date: string) => `You can answer until ${date}. If you do not, nothing is sent and we do not ask again.`,
      spoken: (date: string) => `You can answer until ${date}. If you do not, nothing is sent.`,
      repermission: (date: string) => `You can answer until ${date}. If you do not, nothing is sent, and we never ask again.`,
    },
    textChanged: 'The text has changed since you opened this page. Please read it as it is now and answer again.',
    givenTitle: 'Your consent is recorded',
    givenText: (purpose: string) => `You consented to “${purpose}”, to the text you have just read.`,
    declinedTitle: 'Your “no” is recorded',
    declinedText: (purpose: string) => `You do not consent to “${purpose}”. It has stopped, effective now.`,
    closedTitle: 'There is nothing to answer here any more',
    closedText: 'It was answered in another way, has ended, or was asked at an address that is not in use any more.',
  },

  newAddress: {
    title: 'Your new e-mail address',
    label: 'New e-mail address',
    hint: 'We write to it once. What you agreed to is sent there when you confirm it.',
    submit: 'Change the address',
    doneTitle: 'Check the mail at your new address',
    doneText: 'If the address can be used, a message is on its way to it. Confirm there that it is yours.',
  },

  address: {
    title: 'Is this your e-mail address?',
    intro: (email: string) => `We have ${email} as your new address. What you agreed to is sent there only when you confirm it.`,
    yes: 'Yes, it is mine',
    no: 'No, it is not mine',
    yesTitle: 'Your address is confirmed',
    yesText: 'What you agreed to is sent here from now on.',
    noTitle: 'The address is removed',
    noText: 'Nothing more will be sent to it.',
    closedTitle: 'There is nothing to confirm here any more',
    closedText: 'The address was confirmed, changed or removed in the meantime.',
  },

  privacyNotice: {
    heading: 'How we use your data',
    controller: (name: string, registration: string | null, address: string) =>
      `The controller is ${name}${registration ? `, reg. no. ${registration}` : ''}, ${address}.`,
    purpose: (name: string, explanation: string) => `Purpose: ${name}. ${explanation}`,
    basis: {
      consent: 'Legal basis: consent (Art. 6(1)(a) GDPR).',
      contract: 'Legal basis: contract (Art. 6(1)(b) GDPR).',
      'legal-obligation': 'Legal basis: legal obligation (Art. 6(1)(c) GDPR).',
      'vital-interests': 'Legal basis: vital interests (Art. 6(1)(d) GDPR).',
      'public-task': 'Legal basis: public task (Art. 6(1)(e) GDPR).',
      'legitimate-interests': 'Legal basis: legitimate interests (Art. 6(1)(f) GDPR).',
    },
    recipients: (names: string) => `Recipients: ${names}.`,
    noRecipients: 'Recipients: none outside our company.',
    retention: {
      withdrawal: (months: string | undefined) =>
        `We keep the data until you withdraw consent${months ? `, and the proof of it for ${months} after that` : ''}.`,
      'last-activity': (months: string | undefined) =>
        `We keep the data until ${months ? `${months} after ` : ''}the last time you were in touch.`,
      'end-of-contract': (months: string | undefined) =>
        `We keep the data until ${months ? `${months} after ` : ''}the end of the contract.`,
      collection: (months: string | undefined) =>
        `We keep the data for ${months ?? 'less than a month'} after they were collected.`,
    },
    months: (count: number) => (count === 1 ? '1 month' : `${count} months`),
    unconfirmed: (days: number) =>
      `If you do not confirm within ${days} days, we delete the data. What looks as if a program had sent it is put aside, is looked at by a person, and is deleted after 14 days at the latest unless they let it through.`,
    complaint: 'You may complain to the Commission for Personal Data Protection (cpdp.bg).',
    moreHeading: 'All details',
    rights:
      'You have the right of access and a copy, to rectification, to erasure (“right to be forgotten”), to restriction of processing, to data portability, and to object to direct marketing at any time.',
    objection:
      'Where the basis is a legitimate interest or a task in the public interest, you have the right to object to the processing at any time, on grounds relating to your particular situation.',
    dpo: (name: string, email: string) => `Data protection officer: ${name}, ${email}.`,
    contact: (email: string, phone: string | null) => `Write to us at ${email}${phone ? `, or call ${phone}` : ''}.`,
    voluntaryExcept: (fields: string) =>
      `Neither a law nor a contract obliges you to give the data. Without these we cannot do what you ask for: ${fields}.`,
    parent: (years: number, days: number) =>
      `If you are younger than ${years}, we ask for a parent’s e-mail address to get their consent (Art. 8 GDPR). We use it for nothing else, and delete it if they do not answer within ${days} days.`,
    voluntary: 'Giving the data is voluntary; without the e-mail address we cannot send you the messages.',
    automated: 'We make no decision about you solely by automated means.',
    evidence:
      'As proof of consent we keep what you were shown, when, the language, a shortened network address and the kind of browser.',
    reason: (label: string, reason: string) => `${label}: ${reason}`,
  },
};

export type PublicTexts = typeof publicTexts;
