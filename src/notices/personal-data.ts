import { holdsNothing } from '#src/personal-data.ts';

export const noticesData = holdsNothing('notices', {
  notice: { impersonal: 'which text was in use' },
  notice_text: { impersonal: 'texts shown to everyone' },
});
