import { holdsNothing } from '#src/personal-data.ts';

export const noticesData = holdsNothing('notices', {
  notice: { impersonal: 'which text was in use' },
  notice_text: { impersonal: 'texts shown to everyone' },
  kept_page: { impersonal: 'from when on a page looked how' },
  kept_page_part: { impersonal: 'pages as they were shown to everyone, with nothing of whoever saw them' },
});
