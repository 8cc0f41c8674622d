import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import type { Contact } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Mark } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import styles from './contact.module.css';
import { ProvenanceNote } from './provenance-note.tsx';

export function Points({ contact }: { contact: Contact }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const words = t.contact.points;

  return (
    <Section title={words.title}>
      {contact.points.length === 0 ? <Text size="sm">{words.none}</Text> : null}
      <ul className={styles.data}>
        {contact.points.map((point) => (
          <li key={point.id}>
            <span className={styles.field}>{wordFor(t.words.field, point.kind)}</span>
            <span className={styles.value}>{point.kind === 'email' ? point.original : point.value}</span>
            {point.original !== point.value ? (
              <Text size="sm" c="dimmed" className="break">
                {point.kind === 'email' ? words.forServers(point.value) : words.typed(point.original)}
              </Text>
            ) : null}
            <Mark tone={point.verifiedAt ? 'yes' : 'wait'}>
              {point.verifiedAt
                ? words.verified(format.date(point.verifiedAt))
                : point.mustConfirm
                  ? words.mustConfirm
                  : words.unverified}
            </Mark>
            {point.mustConfirm && may('contacts.write') ? <AskAgain contactId={contact.id} /> : null}
            <ProvenanceNote field={wordFor(t.words.field, point.kind)} provenance={point.provenance} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function AskAgain({ contactId }: { contactId: string }) {
  const { t } = useLanguage();
  const words = t.contact.points;
  const ask = useMutation({
    mutationFn: () => post(`/api/v1/contacts/${contactId}/confirm-address`),
    onSuccess: () => notifications.show({ message: words.askedAgain, color: 'green' }),
  });

  return (
    <>
      <Button size="xs" variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
        {words.askAgain}
      </Button>
      {ask.error ? <ProblemNotice problem={ask.error} /> : null}
    </>
  );
}
