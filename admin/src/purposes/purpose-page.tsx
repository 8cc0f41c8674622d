import { Button, List, Modal, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { post } from '../api/client.ts';
import { purposeQuery } from '../api/queries.ts';
import type { PurposeWithVersions } from '../api/types.ts';
import { useFieldWords } from '../contact/field-words.tsx';
import { RetentionText } from '../contact/provenance-note.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { IconPencil } from '../ui/icons.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { Coverage } from './coverage.tsx';

export function PurposePage() {
  const { t } = useLanguage();
  const { id } = useParams({ from: '/purposes/$id' });
  const purpose = useQuery(purposeQuery(id));

  return (
    <LoadedPage query={purpose} title={t.purposes.title}>
      {(one) => <PurposeView purpose={one} />}
    </LoadedPage>
  );
}

function PurposeView({ purpose }: { purpose: PurposeWithVersions }) {
  const { t, language } = useLanguage();
  const may = useMay();
  const words = t.purposes;
  const isOpen = may('purposes.write') && !purpose.archivedAt;

  return (
    <Page
      title={purpose.name[language]}
      lead={t.common.version(purpose.version)}
      actions={
        isOpen ? (
          <>
            <Button component={Link} to={`/purposes/${purpose.id}/edit`} leftSection={<IconPencil size={16} />}>
              {t.common.edit}
            </Button>
            {purpose.isSystem ? null : <ArchiveButton id={purpose.id} />}
          </>
        ) : null
      }
    >
      {purpose.archivedAt ? <Mark tone="no">{words.archived}</Mark> : null}
      <Section title={words.explanation}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {(['bg', 'en'] as const).map((spoken) => (
            <div key={spoken} lang={spoken}>
              <Title order={3}>{purpose.name[spoken]}</Title>
              <Text mt={4}>{purpose.explanation[spoken]}</Text>
            </div>
          ))}
        </SimpleGrid>
        <Terms purpose={purpose} />
      </Section>
      {may('permissions.read') ? <Coverage purpose={purpose} /> : null}
      <Versions versions={purpose.versions} />
    </Page>
  );
}

function Terms({ purpose }: { purpose: PurposeWithVersions }) {
  const { t, format } = useLanguage();
  const words = t.purposes;
  const { fieldName } = useFieldWords();

  return (
    <Definitions
      rows={[
        [words.basis, wordFor(t.words.legalBasis, purpose.legalBasis)],
        [words.channels, purpose.channels.map((channel) => t.words.channel[channel]).join(', ')],
        [words.dataCategories, purpose.dataCategories.map(fieldName).join(', ')],
        [words.retention, <RetentionText key="retention" retention={purpose.retention} />],
        [
          words.recipients,
          purpose.recipients.length === 0 ? (
            words.noRecipients
          ) : (
            <List key="recipients" size="sm">
              {purpose.recipients.map(({ name, country, role }) => (
                <List.Item
                  key={name}
                >{`${name}, ${format.country(country)} – ${wordFor(t.words.recipientRole, role)}`}</List.Item>
              ))}
            </List>
          ),
        ],
        [words.marketing, purpose.isMarketing ? t.common.yes : t.common.no],
        ...(purpose.legalBasis === 'consent'
          ? ([
              [t.words.ledgerKind['consent-given'], purpose.doubleOptIn ? words.doubleOptIn : words.noDoubleOptIn],
              [words.validMonths, purpose.consentValidMonths ? t.common.months(purpose.consentValidMonths) : words.validForever],
              ...(purpose.consentValidMonths ? [[words.renewBefore, words.daysBefore(purpose.renewBeforeDays)]] : []),
              [words.askAgainAfter, t.common.months(purpose.askAgainAfterMonths)],
            ] as [string, string][])
          : []),
      ]}
    />
  );
}

function Versions({ versions }: { versions: PurposeWithVersions['versions'] }) {
  const { t, format } = useLanguage();
  const words = t.purposes;

  return (
    <Stack gap="xs">
      <Title order={2}>{words.versions}</Title>
      <Text size="sm" c="dimmed">
        {words.versionsLead}
      </Text>
      <DataTable caption={words.versions} columns={[words.version, words.recorded]}>
        {versions.map(({ version, recordedAt }) => (
          <Table.Tr key={version}>
            <Table.Th scope="row">{t.common.version(version)}</Table.Th>
            <Table.Td data-label={words.recorded}>{format.dateTime(recordedAt)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Stack>
  );
}

function ArchiveButton({ id }: { id: string }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [isOpen, dialog] = useDisclosure(false);
  const archive = useMutation({
    mutationFn: () => post(`/api/v1/purposes/${id}/archive`),
    onSuccess: async () => {
      dialog.close();
      notifications.show({ message: t.purposes.archivedDone, color: 'green' });
      await queries.invalidateQueries();
    },
  });

  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {t.purposes.archive}
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={t.purposes.archiveTitle}>
        <Stack>
          <Text>{t.purposes.archiveLead}</Text>
          {archive.error ? <ProblemNotice problem={archive.error} /> : null}
          <Button onClick={() => archive.mutate()} loading={archive.isPending}>
            {t.purposes.archive}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
