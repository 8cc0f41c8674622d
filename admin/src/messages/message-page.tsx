import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { post } from '../api/client.ts';
import { deliveryQuery, meQuery } from '../api/queries.ts';
import type { DeliveryMessage } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { IconSend } from '../ui/icons.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { MessageContent } from './message-content.tsx';
import { StatusMark } from './status-mark.tsx';

export function MessagePage() {
  const { t } = useLanguage();
  const { id } = useParams({ from: '/messages/$id' });
  const delivery = useQuery(deliveryQuery(id));

  return (
    <LoadedPage query={delivery} title={t.messages.title}>
      {(one) => <MessageView delivery={one} />}
    </LoadedPage>
  );
}

function MessageView({ delivery }: { delivery: DeliveryMessage }) {
  const { t, language, format } = useLanguage();
  const { data: me } = useQuery(meQuery);
  const words = t.messages;
  const isStuck = delivery.status === 'held' && me?.mail.mode === 'held';

  return (
    <Page
      title={wordFor(t.words.template, delivery.template)}
      lead={<StatusMark status={delivery.status} />}
      actions={
        <>
          <Button component={Link} to="/messages" variant="default">
            {words.back}
          </Button>
          {isStuck ? null : <ReleaseButton delivery={delivery} />}
        </>
      }
    >
      {isStuck ? (
        <Callout tone="wait" title={words.notSent}>
          {words.heldLead}
        </Callout>
      ) : null}
      <Section title={t.contact.passport.details}>
        <Definitions
          rows={[
            [words.to, delivery.to],
            [
              words.person,
              delivery.contact ? (
                <Link key="person" to="/people/$id" params={{ id: delivery.contact.id }}>
                  {delivery.contact.name ?? t.people.noName}
                </Link>
              ) : undefined,
            ],
            [words.purpose, delivery.purpose?.name[language]],
            [words.language, wordFor(t.words.language, delivery.language)],
            [words.when, format.dateTime(delivery.createdAt)],
            [words.withheld, delivery.withheldBecause],
            [words.error, delivery.lastError],
          ]}
        />
      </Section>
      {delivery.message ? (
        <MessageContent message={delivery.message} language={delivery.language} />
      ) : (
        <Stack>
          <Text>{words.noContent}</Text>
        </Stack>
      )}
    </Page>
  );
}

function ReleaseButton({ delivery }: { delivery: DeliveryMessage }) {
  const { t } = useLanguage();
  const may = useMay();
  const queries = useQueryClient();
  const release = useMutation({
    mutationFn: () => post(`/api/v1/deliveries/${delivery.id}/release`),
    onSuccess: async () => {
      notifications.show({ message: t.messages.released, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
  });
  if (delivery.status !== 'held' || !may('deliveries.write')) return null;

  return (
    <>
      <Button leftSection={<IconSend size={16} />} onClick={() => release.mutate()} loading={release.isPending}>
        {t.messages.release}
      </Button>
      {release.error ? <ProblemNotice problem={release.error} /> : null}
    </>
  );
}
