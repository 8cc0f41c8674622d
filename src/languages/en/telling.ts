/** What people are told whose data we did not get from themselves (Art. 14). */
export const tellingTexts = {
  subject: 'Where we have your data from',
  intro:
    'We hold data about you that we did not get from you. The law wants you to know where they come from and what we do with them. You need not do anything.',
  heading: 'Where we have your data from, and what we do with them (Art. 14 GDPR)',
  source: (labels: string) => `We did not get these data from you. Source: ${labels}.`,
  categories: (names: string) => `Data we got there: ${names}.`,
  thirdCountry: (names: string) =>
    `Outside the European Economic Area are: ${names}. Ask us for the safeguards that apply and for a copy of them.`,
  unproven: (purpose: string) =>
    `Purpose for which we got them: ${purpose}. On which legal basis is not established. Until it is, we only store the data, use them for nothing and give them to nobody; if it cannot be established, we erase them.`,
};

export type TellingTexts = typeof tellingTexts;
