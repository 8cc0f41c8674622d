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
  footer: {
    sender: (name: string, address: string) => `${name}, ${address}`,
    why: 'Why did I get this e-mail?',
    unsubscribe: 'Unsubscribe',
    preferences: 'See or change what you receive',
    noTracking: 'This message is not tracked.',
  },
};

export type MailTexts = typeof mailTexts;
