import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Contact, Permission } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { useMay } from '../../shell/rights.ts';
import { IconNo, IconPause, IconPlay, IconStop, IconTrash, IconYes } from '../../ui/icons.tsx';
import { Section } from '../../ui/section.tsx';
import styles from '../contact.module.css';
import { EraseDialog } from './erase-dialog.tsx';
import { LiftDialog } from './lift-dialog.tsx';
import { ObjectDialog } from './object-dialog.tsx';
import { RecordConsentDialog } from './record-consent-dialog.tsx';
import { RestrictDialog } from './restrict-dialog.tsx';
import { WithdrawDialog } from './withdraw-dialog.tsx';

interface ContactActionsProps {
  contact: Contact;
  name: string;
  permissions: Permission[];
  isRestricted: boolean;
}

type Act = 'recordConsent' | 'withdraw' | 'object' | 'restrict' | 'lift' | 'erase';

/** What people ask of us by phone, letter or in person, recorded by whoever takes the call. */
export function ContactActions({ contact, name, permissions, isRestricted }: ContactActionsProps) {
  const { t } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState<Act>();
  const words = t.contact.actions;
  const close = () => setOpen(undefined);
  const acts: [Act, ReactNode][] = [
    ...(may('permissions.write')
      ? ([
          ['recordConsent', <IconYes key="icon" size={16} />],
          ['withdraw', <IconNo key="icon" size={16} />],
          ['object', <IconStop key="icon" size={16} />],
          isRestricted ? ['lift', <IconPlay key="icon" size={16} />] : ['restrict', <IconPause key="icon" size={16} />],
        ] as [Act, ReactNode][])
      : []),
    ...(may('contacts.erase') ? ([['erase', <IconTrash key="icon" size={16} />]] as [Act, ReactNode][]) : []),
  ];
  if (acts.length === 0) return null;

  return (
    <Section title={words.more}>
      <div className={styles.actions}>
        {acts.map(([act, icon]) => (
          <Button
            key={act}
            variant="default"
            leftSection={icon}
            c={act === 'erase' ? 'var(--app-no)' : undefined}
            onClick={() => setOpen(act)}
          >
            {words[act]}
          </Button>
        ))}
      </div>
      <RecordConsentDialog contactId={contact.id} language={contact.language} opened={open === 'recordConsent'} onClose={close} />
      <WithdrawDialog contactId={contact.id} permissions={permissions} opened={open === 'withdraw'} onClose={close} />
      <ObjectDialog contactId={contact.id} permissions={permissions} opened={open === 'object'} onClose={close} />
      <RestrictDialog contactId={contact.id} opened={open === 'restrict'} onClose={close} />
      <LiftDialog contactId={contact.id} opened={open === 'lift'} onClose={close} />
      <EraseDialog contactId={contact.id} name={name} opened={open === 'erase'} onClose={close} />
    </Section>
  );
}
