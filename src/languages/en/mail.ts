/** What Saglasie writes to people by e-mail, in English. The shape every other language keeps. */
export const mailTexts = {
  greeting: 'Hello,',
  confirmConsent: {
    subject: 'One step left: confirm your subscription',
    asked: (date: string) => `On ${date} this address was entered to receive:`,
    instruction: 'Open the page and choose “Confirm”. If it wasn’t you, do nothing.',
    link: 'Open the confirmation page',
    until: (date: string) => `You can do so until ${date}. After that we delete what was entered.`,
  },
  confirmRequest: {
    subject: 'One step left: confirm your address',
    asked: (date: string) => `On ${date} this address was entered to receive:`,
  },
  confirmForChild: {
    subject: 'A question to you as a parent',
    asked: (date: string, child: string, years: number) =>
      `On ${date} somebody younger than ${years}, with the address ${child}, gave us yours as that of a parent, and asked to receive:`,
    instruction: 'Until you agree nothing is sent to the child. Open the page and choose. If you know nothing of it, do nothing.',
    source: (date: string) =>
      `We have your address from the child, use it only for this question, and delete it if you do not answer by ${date}.`,
    link: 'Open the page with the question',
  },
  requestedInformation: {
    subject: 'What you asked for',
    text: (date: string) => `On ${date} you asked us for:`,
    once: 'This is the only message we send for it. It does not subscribe you to anything.',
    link: 'Open what you asked for',
    until: (date: string) => `The link works until ${date}.`,
  },
  subscriptionConfirmed: {
    subject: 'Your subscription is confirmed',
    text: (date: string) => `On ${date} you confirmed that you want to receive:`,
    keep: 'Keep this message: with the links below you can change or stop it whenever you like.',
  },
  preferencesLink: {
    subject: 'Your link to what you receive',
    text: 'Someone, probably you, asked for a link to what this address receives from us. If it wasn’t you, do nothing.',
    link: 'See or change what you receive',
  },
  renewConsent: {
    subject: (purpose: string) => `“${purpose}”: your consent ends soon`,
    text: (given: string, ends: string) => `On ${given} you consented to receive this from us. The consent ends on ${ends}.`,
    instruction: 'You can renew or end it on our page. If you do nothing, it ends by itself. We ask only once.',
    link: 'Renew or end it',
  },
  askAgain: {
    subject: (purpose: string) => `“${purpose}” has changed`,
    text: (given: string) =>
      `On ${given} you consented to this. We have changed it since, and your consent does not cover the change. Until you answer we send nothing.`,
    instruction: 'On our page you see what it is now, and say yes or no. If you do nothing, nothing is sent. We ask only once.',
    link: 'See the change and answer',
  },
  purposeChanged: {
    subject: (purpose: string) => `What has changed: “${purpose}”`,
    text: 'We have changed something about how we use your data. You need not do anything. This is how it is now:',
    notice: 'Privacy notice',
    rights: 'All your rights, and how to object, are in our privacy notice.',
  },
  confirmSpoken: {
    subject: (purpose: string) => `“${purpose}”: please confirm`,
    text: (date: string) => `On ${date} we wrote down that you agree to this:`,
    instruction: 'It begins only when you confirm it on our page. If that is not so, do nothing or choose “No”.',
    link: 'Open the page',
  },
  askPermission: {
    subject: (purpose: string) => `May we write to you? “${purpose}”`,
    text: (until: string) =>
      `We have your address as a customer’s, or as a company’s, but nothing that shows whether you agreed to the following. Until you answer we send nothing. If you do not answer by ${until}, it stays so.`,
    instruction: 'On our page you can answer “yes” or “no”. We ask only once, and never again.',
    link: 'Open the question and answer',
  },
  consentRecorded: {
    subject: (purpose: string) => `Your consent to “${purpose}” was written down`,
    text: (date: string, how: string) => `On ${date} you gave us this consent ${how}:`,
    how: { phone: 'by telephone', paper: 'on paper', 'in-person': 'in person' },
    withdraw: 'If that is not so, or you change your mind, withdraw it with one of the links below: it takes one step.',
  },
  changeAddress: {
    subject: 'Change your e-mail address',
    text: 'Someone, probably you, asked to change the address we write to. The link works for half an hour.',
    instruction: 'If it wasn’t you, do nothing: the address stays.',
    link: 'Give the new address',
  },
  confirmAddress: {
    subject: 'Please confirm your new e-mail address',
    text: 'This address was given to us as yours. What you agreed to is sent here only when you confirm that it is.',
    instruction: 'If this is not about you, choose “No, it is not mine” on the page, or do nothing.',
    link: 'Open the page',
  },
  footer: {
    sender: (name: string, address: string) => `${name}, ${address}`,
    why: 'Why did I get this e-mail?',
    unsubscribe: 'Unsubscribe',
    preferences: 'See or change what you receive',
    noTracking: 'This message is not tracked.',
  },
};

export type MailTexts = typeof mailTexts;
