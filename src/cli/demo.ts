import { purgeDemo } from '#src/demo/purge-demo.ts';
import { type Seeding, seedDemo } from '#src/demo/seed-demo.ts';
import { sequenceNow } from '#src/ledger/sequence-now.ts';
import type { Run } from './command.ts';
import { withServices } from './with-services.ts';

/** Fills an empty workspace with fictional people, or erases them. */
export const demo: Run = (values, terminal) =>
  withServices(terminal, async ({ services }) => {
    if (values.purge) {
      const erased = await purgeDemo(services.db);
      await sequenceNow(services);
      if (values.json) terminal.data(`${JSON.stringify({ erased })}\n`);
      terminal.talk(`${erased} people of the demo were erased. Its purposes and its form stay: archive what you do not need.`);
      return 0;
    }
    const seeding = await seedDemo(services, { force: values.force === true });
    await sequenceNow(services);
    if (values.json) terminal.data(`${JSON.stringify(seeding)}\n`);
    terminal.talk(whatHappened(seeding));
    return seeding.outcome.startsWith('seeded') ? 0 : 1;
  });

function whatHappened(seeding: Seeding): string {
  switch (seeding.outcome) {
    case 'seeded':
      return `${seeding.contacts} fictional people are here now, in every state there is. Messages to them are held, never sent. Remove them with: saglasie demo --purge`;
    case 'seeded-before':
      return 'The people of the demo are here already.';
    case 'no-form':
      return 'Publish the form /f/newsletter first: people of the demo come through it.';
    case 'not-empty':
      return 'There are other people in this workspace. Use an empty one, or add --force.';
  }
}
