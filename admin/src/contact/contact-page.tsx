import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { contactQuery, permissionsQuery } from '../api/queries.ts';
import type { Contact, Permission } from '../api/types.ts';
import { ContactMerges } from '../duplicates/contact-merges.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { neighboursOf } from '../people/neighbours.ts';
import { KeptUntil } from '../retention/kept-until.tsx';
import { useMay } from '../shell/rights.ts';
import { IconLeft, IconPencil, IconRight } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { ContactActions } from './actions/contact-actions.tsx';
import { ExportMenu } from './actions/export-menu.tsx';
import styles from './contact.module.css';
import { ContactBanner } from './contact-banner.tsx';
import { contactName } from './contact-name.ts';
import { Facts } from './facts.tsx';
import { Passport } from './passport.tsx';
import { Points } from './points.tsx';
import { Timeline } from './timeline.tsx';

export function ContactPage() {
  const { id } = useParams({ from: '/people/$id' });
  const { t, language } = useLanguage();
  const contact = useQuery(contactQuery(id));
  const permissions = useQuery(permissionsQuery(id, language));

  return (
    <LoadedPage query={contact} title={t.contact.tabTitle}>
      {(person) => (
        // A new person is a new page: its heading takes the focus and open disclosures close.
        <ContactView key={id} contact={person} permissions={permissions} />
      )}
    </LoadedPage>
  );
}

interface ContactViewProps {
  contact: Contact;
  permissions: { data: Permission[] | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
}

function ContactView({ contact, permissions }: ContactViewProps) {
  const { t, format } = useLanguage();
  const may = useMay();
  const name = contactName(contact) ?? t.contact.unnamed;
  const isRestricted = permissions.data?.some(({ reason }) => reason === 'restricted') ?? false;

  return (
    <Page
      title={name}
      documentTitle={t.contact.tabTitle}
      lead={t.contact.since(format.date(contact.createdAt))}
      actions={
        <>
          <Neighbours id={contact.id} />
          {may('contacts.write') && !isRestricted && !contact.mergedInto ? (
            <Button component={Link} to={`/people/${contact.id}/edit`} variant="default" leftSection={<IconPencil size={16} />}>
              {t.contact.actions.edit}
            </Button>
          ) : null}
          {may('contacts.export') || may('evidence.read') ? <ExportMenu contactId={contact.id} /> : null}
        </>
      }
    >
      <ContactBanner state={contact.state} isRestricted={isRestricted} />
      <ContactMerges contact={contact} />
      <div className={styles.columns}>
        <div className={styles.passport}>
          <Loaded query={permissions}>{(rows) => <Passport permissions={rows} />}</Loaded>
        </div>
        <div className={styles.person}>
          <Points contact={contact} />
          <Facts contact={contact} />
          <KeptUntil contactId={contact.id} />
          <ContactActions contact={contact} name={name} permissions={permissions.data ?? []} isRestricted={isRestricted} />
        </div>
        <div className={styles.timeline}>
          <Timeline contactId={contact.id} />
        </div>
      </div>
    </Page>
  );
}

/** Steps through the list one came from, with buttons and with the keys [ and ]. */
function Neighbours({ id }: { id: string }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { previous, next } = neighboursOf(id);
  const go = (to: string | undefined) => () => {
    if (to) void navigate({ to: '/people/$id', params: { id: to } });
  };
  useShortcuts({ '[': go(previous), ']': go(next) });
  if (!previous && !next) return null;

  return (
    <ActionIcon.Group>
      <Tooltip label={`${t.contact.previous}  [`}>
        <ActionIcon variant="default" size={36} aria-label={t.contact.previous} disabled={!previous} onClick={go(previous)}>
          <IconLeft />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${t.contact.next}  ]`}>
        <ActionIcon variant="default" size={36} aria-label={t.contact.next} disabled={!next} onClick={go(next)}>
          <IconRight />
        </ActionIcon>
      </Tooltip>
    </ActionIcon.Group>
  );
}
