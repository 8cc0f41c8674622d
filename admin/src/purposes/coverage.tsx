import { Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { coverageQuery } from '../api/queries.ts';
import type { ChannelCoverage, Coverage as Counted, Purpose } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Section } from '../ui/section.tsx';

/** Where the entries that a number counts are found in the ledger. */
const kinds: Partial<Record<Group, string>> = {
  waiting: 'consent-requested',
  refused: 'consent-refused',
  withdrawn: 'consent-withdrawn',
  expired: 'consent-expired',
  ended: 'basis-ended',
  stopped: 'objected',
};
type Group = Exclude<keyof ChannelCoverage, 'channel'>;

/** Whom this purpose reaches, on which ground, and how well that can be proven. */
export function Coverage({ purpose }: { purpose: Purpose }) {
  const { t } = useLanguage();
  const query = useQuery(coverageQuery(purpose.id));

  return (
    <Loaded query={query} lines={5}>
      {(counted) => (
        <>
          <People purpose={purpose} counted={counted} />
          {counted.grounds.length > 0 ? <Grounds counted={counted} /> : null}
          {purpose.legalBasis === 'consent' ? <Proof purpose={purpose} counted={counted} title={t.coverage.grades} /> : null}
        </>
      )}
    </Loaded>
  );
}

function People({ purpose, counted }: { purpose: Purpose; counted: Counted }) {
  const { t, format } = useLanguage();
  const words = t.coverage;
  const byConsent = purpose.legalBasis === 'consent';
  const groups: Group[] = byConsent
    ? ['standing', 'stopped', 'waiting', 'refused', 'withdrawn', 'expired', 'neverAsked']
    : ['standing', 'stopped', 'ended', 'neverAsked'];

  return (
    <Stack gap="xs">
      <Title order={2}>{words.title}</Title>
      <Text size="sm" c="dimmed">
        {words.lead(format.dateTime(counted.countedAt))}
      </Text>
      <DataTable
        caption={words.title}
        columns={[words.people, ...counted.channels.map(({ channel }) => wordFor(t.words.channel, channel))]}
      >
        {groups.map((group) => (
          <Table.Tr key={group}>
            <Table.Th scope="row">{words[group]}</Table.Th>
            {counted.channels.map((one) => (
              <Table.Td key={one.channel} data-label={wordFor(t.words.channel, one.channel)}>
                <Count purpose={purpose} group={group} coverage={one} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </DataTable>
      <Text size="sm" c="dimmed">
        {words.note}
      </Text>
    </Stack>
  );
}

function Count({ purpose, group, coverage }: { purpose: Purpose; group: Group; coverage: ChannelCoverage }) {
  const { t, format } = useLanguage();
  const count = format.number(coverage[group]);
  const label = t.coverage.open(t.coverage[group], count);
  if (coverage[group] === 0) return count;
  if (group === 'standing') {
    return (
      <Link to="/people" search={{ purpose: purpose.slug, channel: coverage.channel }} aria-label={label}>
        {count}
      </Link>
    );
  }
  const kind = kinds[group];
  // An objection may be to everything at once, and then names no purpose.
  const about = group === 'stopped' ? {} : { purpose: purpose.slug, channel: coverage.channel };

  return kind ? (
    <Link to="/ledger" search={{ kind, ...about }} aria-label={label}>
      {count}
    </Link>
  ) : (
    count
  );
}

function Grounds({ counted }: { counted: Counted }) {
  const { t, format } = useLanguage();
  const words = t.coverage;

  return (
    <Stack gap="xs">
      <Title order={2}>{words.grounds}</Title>
      <DataTable caption={words.grounds} columns={[words.channel, t.purposes.basis, words.ground, words.people]}>
        {counted.grounds.map((one) => (
          <Table.Tr key={`${one.channel} ${one.legalBasis} ${one.permissionGround}`}>
            <Table.Th scope="row">{wordFor(t.words.channel, one.channel)}</Table.Th>
            <Table.Td data-label={t.purposes.basis}>{wordFor(t.words.legalBasis, one.legalBasis)}</Table.Td>
            <Table.Td data-label={words.ground}>{wordFor(t.words.permissionGround, one.permissionGround)}</Table.Td>
            <Table.Td data-label={words.people}>{format.number(one.people)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Stack>
  );
}

function Proof({ purpose, counted, title }: { purpose: Purpose; counted: Counted; title: string }) {
  const { t, format } = useLanguage();
  const words = t.coverage;

  return (
    <Section title={title}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.grade}</Table.Th>
            <Table.Th scope="col">{words.consents}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counted.grades.map(({ grade, consents }) => (
            <Table.Tr key={grade}>
              <Table.Th scope="row" fw={400}>
                {t.ledger.grades[grade]}
              </Table.Th>
              <Table.Td>
                {consents === 0 ? (
                  format.number(0)
                ) : (
                  <Link
                    to="/ledger"
                    search={{ kind: 'consent-given', purpose: purpose.slug }}
                    aria-label={words.open(t.ledger.grades[grade], format.number(consents))}
                  >
                    {format.number(consents)}
                  </Link>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {counted.texts.length > 0 ? <Texts counted={counted} /> : null}
    </Section>
  );
}

function Texts({ counted }: { counted: Counted }) {
  const { t, format } = useLanguage();
  const words = t.coverage;

  return (
    <>
      <Title order={3}>{words.texts}</Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.text}</Table.Th>
            <Table.Th scope="col">{words.purposeVersion}</Table.Th>
            <Table.Th scope="col">{words.consents}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counted.texts.map((one) => (
            <Table.Tr key={JSON.stringify([one.notice, one.language, one.purposeVersion])}>
              <Table.Th scope="row" fw={400}>
                {one.notice ? (
                  <a
                    href={`/notices/${one.notice.slug}/${one.notice.version}?lang=${one.language ?? 'bg'}`}
                    target="_blank"
                    rel="noreferrer"
                  >
                    {`${words.notice(one.notice.slug, one.notice.version)}${one.language ? `, ${wordFor(t.words.language, one.language)}` : ''} ${t.common.opensInNewTab}`}
                  </a>
                ) : (
                  words.noText
                )}
              </Table.Th>
              <Table.Td>{one.purposeVersion === null ? '–' : t.common.version(one.purposeVersion)}</Table.Td>
              <Table.Td>{format.number(one.consents)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
