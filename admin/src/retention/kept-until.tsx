import { Button, Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { EndDialog, type Ending } from './end-dialog.tsx';
import { HoldDialog } from './hold-dialog.tsx';
import { useLift } from './holds.tsx';
import { type ContactRetention, contactRetentionQuery } from './queries.ts';

/** Until when a person's data are kept and for what, and the hold that stops it. */
export function KeptUntil({ contactId }: { contactId: string }) {
  const { t } = useLanguage();
  const query = useQuery(contactRetentionQuery(contactId));

  return (
    <Section title={t.retention.contact.title}>
      <Loaded query={query} lines={2}>
        {(retention) => <Kept contactId={contactId} retention={retention} />}
      </Loaded>
    </Section>
  );
}

function Kept({ contactId, retention }: { contactId: string; retention: ContactRetention }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const words = t.retention.contact;
  const [isHolding, setHolding] = useState(false);
  const [ending, setEnding] = useState<Ending>();
  const lift = useLift();
  const { keptUntil, keptFor, isDue, purposes, data, holds } = retention;
  const standing = holds.filter(({ isStanding }) => isStanding);
  const sooner = data.filter(({ until }) => until !== null && until !== keptUntil);

  return (
    <>
      <Text fw={600}>
        {isDue ? words.due : keptUntil ? words.until(format.date(keptUntil)) : words.noEnd}
        {keptFor && !isDue ? ` – ${keptFor.name[language]}` : ''}
      </Text>
      <List size="sm" spacing={2}>
        {purposes.map(({ purpose, retention: rule, until }) => (
          <List.Item key={purpose.id}>
            {purpose.name[language]}: {until ? words.upTo(format.shortDate(until)) : words.stands} (
            {t.retention.ruleOf(rule.months, t.retention.starts[rule.starts])}){' '}
            {until === null && rule.starts === 'end-of-contract' && may('permissions.write') ? (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={words.endOf(purpose.name[language])}
                onClick={() => setEnding({ slug: purpose.slug, name: purpose.name[language] })}
              >
                {words.end}
              </Button>
            ) : null}
          </List.Item>
        ))}
      </List>
      {sooner.length > 0 ? (
        <Text size="sm">
          {words.sooner}{' '}
          {sooner
            .map(
              ({ what, until }) =>
                `${what.startsWith('cpt_') ? words.address : wordFor(t.words.field, what)} (${format.shortDate(until ?? '')})`,
            )
            .join(', ')}
          .
        </Text>
      ) : null}
      {standing.map((hold) => (
        <Callout
          key={hold.id}
          tone="wait"
          title={`${words.onHold}: ${t.retention.holds.grounds[hold.ground]}`}
          actions={
            may('retention.approve') ? (
              <Button size="xs" variant="default" loading={lift.isPending} onClick={() => lift.mutate(hold.id)}>
                {t.retention.holds.lift}
              </Button>
            ) : null
          }
        >
          {hold.reason} {hold.until ? words.holdUntil(format.date(hold.until)) : ''}
        </Callout>
      ))}
      {lift.error ? <ProblemNotice problem={lift.error} /> : null}
      {may('retention.approve') ? (
        <Group>
          <Button size="xs" variant="default" onClick={() => setHolding(true)}>
            {t.retention.holds.place}
          </Button>
        </Group>
      ) : null}
      {ending ? <EndDialog contactId={contactId} ending={ending} onClose={() => setEnding(undefined)} /> : null}
      {isHolding ? <HoldDialog contactId={contactId} onClose={() => setHolding(false)} /> : null}
    </>
  );
}
