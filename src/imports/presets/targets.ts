import type { ColumnTarget, evidenceKinds, StatusChannel, SubscriptionStatus } from './column-mapping.ts';

/** What columns of many products mean, so that a preset reads as a list. */
export const field = (key: string): ColumnTarget => ({ to: 'field', field: key });
export const evidence = (of: (typeof evidenceKinds)[number]): ColumnTarget => ({ to: 'evidence', of });
export const post = (part: Extract<ColumnTarget, { to: 'post' }>['part'], address = '1'): ColumnTarget => ({
  to: 'post',
  part,
  address,
});
export const email: ColumnTarget = { to: 'email' };
export const phone: ColumnTarget = { to: 'phone' };
export const internationalPhone: ColumnTarget = { to: 'phone', form: 'international' };
export const fullName: ColumnTarget = { to: 'full-name' };
export const country: ColumnTarget = { to: 'country' };
export const language: ColumnTarget = { to: 'language' };
export const tags: ColumnTarget = { to: 'tags' };
export const note: ColumnTarget = { to: 'note' };
export const ignored: ColumnTarget = { to: 'ignored' };

/** A box that stops: ticked it means `stop`, empty it means nothing. */
export const stopBox = (channel: StatusChannel, stop: SubscriptionStatus): ColumnTarget => ({
  to: 'status',
  channel,
  yes: stop,
  no: 'unknown',
});

/** Whatever stands in it, it stops: a reason or a time of bouncing. */
export const stopWhenFilled = (channel: StatusChannel, stop: SubscriptionStatus): ColumnTarget => ({
  to: 'status',
  channel,
  yes: stop,
  no: 'unknown',
  filled: stop,
});

/** Words of the product for its statuses. */
export const statusWords = (channel: StatusChannel, words: Readonly<Record<string, SubscriptionStatus>>): ColumnTarget => ({
  to: 'status',
  channel,
  values: Object.entries(words).map(([value, status]) => ({ value, status })),
  yes: 'subscribed',
  no: 'unsubscribed',
});
