import { z } from 'zod';

/** What a channel's subscription was in the other product, the weakest stop first; the order decides which of two wins. */
export const subscriptionStatuses = [
  /** Nothing is said. */
  'unknown',
  'subscribed',
  /** Asked, and not confirmed: nobody has consented. */
  'unconfirmed',
  /** Never reachable, removed by the other product. */
  'cleaned',
  'bounced',
  'unsubscribed',
  /** Put on a list of addresses that must not be used. */
  'blacklisted',
  'complained',
] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

export const statusChannels = ['email', 'sms', 'phone', 'post', 'all'] as const;
export type StatusChannel = (typeof statusChannels)[number];

export const evidenceKinds = ['optin-time', 'optin-ip', 'confirm-time', 'confirm-ip', 'source', 'page', 'text', 'note'] as const;

/** `auto`: by the evidence of the whole column (`survey-dates.ts`); where it has none, `3/4/2024` is a problem. */
export const dateOrders = ['auto', 'day-first', 'month-first'] as const;

export const columnTarget = z.discriminatedUnion('to', [
  /** A fact: a standard one or a custom field, by its key. */
  z.object({ to: z.literal('field'), field: z.string().min(1).max(100), dates: z.enum(dateOrders).optional() }),
  /** The whole name in one cell. `family-first` where the file writes „Иванова, Мария“ without the comma. */
  z.object({ to: z.literal('full-name'), order: z.enum(['given-first', 'family-first']).optional() }),
  /** An e-mail address or a phone number, or several divided by comma, semicolon, space or line. */
  z.object({ to: z.literal('email') }),
  z.object({
    to: z.literal('phone'),
    /** `international` where the product writes numbers with the country's code and without the plus. */
    form: z.enum(['any', 'international']).optional(),
  }),
  /** A postal address, or a part of one: parts of one `address` are put together in the order street, city, region, code, country. */
  z.object({
    to: z.literal('post'),
    part: z.enum(['whole', 'street', 'city', 'region', 'postcode', 'country']).default('whole'),
    address: z.string().max(50).default('1'),
  }),
  z.object({ to: z.literal('evidence'), of: z.enum(evidenceKinds), dates: z.enum(dateOrders).optional() }),
  /**
   * What a cell says of a channel. `values` by the cell in lower case. Without them, `yes` is what a yes (`да`, `true`, `1`, `x`) means,
   * and `no` what a no means; `filled` is what any other cell means. A cell none of them knows is a problem, never a permission.
   */
  z.object({
    to: z.literal('status'),
    channel: z.enum(statusChannels),
    values: z.array(z.object({ value: z.string().max(200), status: z.enum(subscriptionStatuses) })).optional(),
    yes: z.enum(subscriptionStatuses).default('subscribed'),
    no: z.enum(subscriptionStatuses).default('unsubscribed'),
    filled: z.enum(subscriptionStatuses).optional(),
  }),
  z.object({ to: z.literal('status-time'), channel: z.enum(statusChannels), dates: z.enum(dateOrders).optional() }),
  z.object({ to: z.literal('status-reason'), channel: z.enum(statusChannels) }),
  z.object({ to: z.literal('language') }),
  z.object({ to: z.literal('country') }),
  /** Tags, lists or groups, divided by comma, semicolon or `:::`. */
  z.object({ to: z.literal('tags') }),
  /** Added to the note, each under its column's name. */
  z.object({ to: z.literal('note') }),
  /** Stays out. */
  z.object({ to: z.literal('ignored') }),
]);

/** What each column means, by its name in `FilePart.columns`; it holds for all parts of a file. A column not named stays out. */
export const columnMapping = z.array(z.object({ column: z.string(), target: columnTarget })).max(10_000);
export type ColumnMapping = z.output<typeof columnMapping>;
export type ColumnTarget = z.output<typeof columnTarget>;
