import type { useTexts } from '../languages/language-provider.tsx';
import { IconHome, IconMessage, IconPeople, IconSettings, IconShield } from '../ui/icons.tsx';

type Words = ReturnType<typeof useTexts>;

export interface Destination {
  to: string;
  label: string;
  /** The letter after `g`. */
  key?: string;
  right?: string;
}
export interface Job extends Destination {
  Icon: typeof IconHome;
  parts: Destination[];
}

/** Where one can go, by what one came to do. */
export function jobs(t: Words): Job[] {
  return [
    { to: '/', label: t.shell.home, key: 'h', Icon: IconHome, parts: [] },
    {
      to: '/people',
      label: t.shell.people,
      Icon: IconPeople,
      parts: [
        { to: '/people', label: t.shell.contacts, key: 'p' },
        { to: '/import', label: t.shell.import, right: 'imports.write' },
        { to: '/duplicates', label: t.shell.duplicates, right: 'contacts.merge' },
        { to: '/exports', label: t.shell.exports, right: 'contacts.export' },
      ],
    },
    {
      to: '/messages',
      label: t.shell.messages,
      Icon: IconMessage,
      parts: [
        { to: '/messages', label: t.shell.outbox, key: 'm', right: 'deliveries.read' },
        { to: '/forms', label: t.shell.forms, key: 'f' },
      ],
    },
    {
      to: '/purposes',
      label: t.shell.privacy,
      Icon: IconShield,
      parts: [
        { to: '/purposes', label: t.shell.purposes, key: 'v' },
        { to: '/register', label: t.shell.register, key: 'r' },
        { to: '/data-map', label: t.shell.dataMap },
        { to: '/fields', label: t.shell.fields },
        { to: '/quarantine', label: t.shell.quarantine },
        { to: '/coverage', label: t.shell.coverage },
        { to: '/to-tell', label: t.shell.toTell },
        { to: '/ledger', label: t.shell.ledger, key: 'l', right: 'ledger.read' },
        { to: '/consents', label: t.shell.consents, right: 'ledger.read' },
        { to: '/audit', label: t.shell.audit, key: 'a', right: 'audit.read' },
        { to: '/retention', label: t.shell.retention, right: 'evidence.read' },
        { to: '/evidence', label: t.shell.evidence, right: 'evidence.open' },
      ],
    },
    {
      to: '/settings/company',
      label: t.shell.settings,
      Icon: IconSettings,
      parts: [
        { to: '/settings/company', label: t.shell.company, key: 's' },
        { to: '/settings/staff', label: t.shell.staff, right: 'staff.write' },
        { to: '/settings/api-keys', label: t.shell.apiKeys, right: 'keys.write' },
      ],
    },
  ];
}

/** Every page of the menu, one after another. */
export function destinations(t: Words): Destination[] {
  return jobs(t).flatMap((job) => (job.parts.length === 0 ? [job] : job.parts));
}
