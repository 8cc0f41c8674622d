export const home = {
  title: 'Home',
  greeting: (name: string) => `Good day, ${name}`,
  held: (count: number) => (count === 1 ? '1 message has not been sent' : `${count} messages have not been sent`),
  heldDetail: 'No mail server is set, so messages wait in the outbox. Set SMTP_URL on the server and restart, then release them.',
  heldOpen: 'Open the outbox',
  checklist: {
    title: 'Set-up',
    lead: (done: number, all: number) => `${done} of ${all} steps done. Each is ticked by what really happened.`,
    done: 'Done',
    open: 'To do',
    steps: {
      company: 'Say who you are: company and data protection contact',
      mail: 'Connect a mail server (SMTP_URL)',
      purposes: 'Check the purposes you use data for',
      form: 'Publish your first form',
      'first-consent': 'Receive the first confirmed consent',
    },
  },
  people: 'People',
  active: 'Active',
  unconfirmed: 'Unconfirmed',
  quarantined: 'Quarantined',
  given: 'Consents given, 30 days',
  withdrawn: 'Withdrawn, 30 days',
  pending: 'Waiting for confirmation',
  figures: 'Figures',
  trend: {
    title: 'Consent, last 30 days',
    none: 'Nobody gave, refused or withdrew consent in the last 30 days.',
    takeaway: (given: number, ended: number) =>
      `${given} given, ${ended} withdrawn or refused: ${
        given > ended
          ? `${given - ended} more than were lost`
          : given < ended
            ? `${ended - given} fewer than were lost`
            : 'as many as were lost'
      }.`,
    given: 'Given',
    withdrawn: 'Withdrawn',
    refused: 'Refused',
    ended: 'Withdrawn or refused',
    day: 'Day',
    showTable: 'Show as table',
    showChart: 'Show as chart',
    chart: 'Column chart by day: consents given upwards, withdrawn or refused downwards.',
  },
  latest: {
    title: 'Latest in the ledger',
    lead: 'Legal facts, newest first. They are added, never changed.',
    none: 'Nothing has been recorded yet.',
  },
};
