/** The pages that make the first owner and further staff members. */
export const setUpTexts = {
  siteName: 'Saglasie',
  skip: 'Skip to the content',
  languageSwitch: 'Език / Language',
  errorPrefix: 'Error: ',
  problemTitle: 'There is a problem',
  optional: 'optional',
  setUp: {
    title: 'Set up Saglasie',
    intro: 'Tell people who you are, and make the first account. You can change everything later. This page works once.',
    company: 'Your company',
    companyHint: 'It is the controller of the personal data kept here (Art. 4(7) GDPR). People see these details on every form.',
    owner: 'The first account',
    ownerHint: 'It is an owner: it may do everything, and invite others.',
    submit: 'Set up',
  },
  invite: {
    title: 'Join Saglasie',
    intro: (email: string) => `You were invited as ${email}. Choose a password, and you are in.`,
    submit: 'Join',
  },
  gone: {
    title: 'This link does not work',
    setUp: 'Set-up is done, or a newer link was printed when the program started. Look at the last lines it printed, or sign in.',
    invite: 'It was used already, has expired, or a newer one was sent. Ask the person who invited you for another.',
    signIn: 'Sign in',
  },
  fields: {
    companyName: 'Company name',
    registrationNumber: 'Registration number',
    address: 'Address',
    companyEmail: 'E-mail address of the company',
    phone: 'Telephone',
    dpoName: 'Data protection officer: name',
    dpoEmail: 'Data protection officer: e-mail address',
    name: 'Your name',
    email: 'Your e-mail address',
    password: 'Password',
    passwordHint: (min: number) => `At least ${min} characters. Several words are easy to remember and hard to guess.`,
  },
  errors: {
    missing: 'Fill this in',
    email: 'Enter an e-mail address, like name@example.com',
    password: (min: number, max: number) => `The password needs ${min} to ${max} characters`,
    tooLong: 'This is too long',
  },
};

export type SetUpTexts = typeof setUpTexts;
