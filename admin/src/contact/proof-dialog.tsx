import { Button, CopyButton, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ledgerEntryQuery } from '../api/queries.ts';
import type { LedgerEntry } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { hasPage } from '../time-machine/has-page.ts';
import { SeenPageButton } from '../time-machine/seen-page-button.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { EvidenceFiles } from './evidence-files.tsx';
import { GradeMark } from './grade-mark.tsx';
import { SeenText } from './seen-text.tsx';

interface ProofDialogProps {
  entryId: string;
  opened: boolean;
  onClose: () => void;
}

export function ProofDialog({ entryId, opened, onClose }: ProofDialogProps) {
  const { t } = useLanguage();
  const query = useQuery({ ...ledgerEntryQuery(entryId), enabled: opened });

  return (
    <Modal opened={opened} onClose={onClose} title={t.contact.proof.title} size="lg">
      <Loaded query={query}>{(entry) => <Proof entry={entry} />}</Loaded>
    </Modal>
  );
}

function Proof({ entry }: { entry: LedgerEntry }) {
  const { t, language, format } = useLanguage();
  const words = t.contact.proof;

  return (
    <Stack gap="sm">
      <Definitions
        rows={[
          [words.kind, wordFor(t.words.ledgerKind, entry.kind)],
          [words.occurred, format.dateTime(entry.occurredAt)],
          [words.recorded, format.dateTime(entry.recordedAt)],
          [
            words.purpose,
            entry.purpose ? `${entry.purpose.name[language]} (${t.common.version(entry.purpose.version)})` : undefined,
          ],
          [words.channel, entry.channel ? wordFor(t.words.channel, entry.channel) : undefined],
          [words.how, wordFor(t.words.method, entry.method)],
          [words.actor, entry.actor.name ?? wordFor(t.words.actor, entry.actor.kind)],
          [words.source, entry.source ? `${wordFor(t.words.sourceKind, entry.source.kind)}: ${entry.source.label}` : undefined],
          [words.language, entry.language ? wordFor(t.words.language, entry.language) : undefined],
          [t.contact.passport.evidence, entry.evidenceGrade ? <GradeMark key="grade" grade={entry.evidenceGrade} /> : undefined],
          [words.evidence, <Evidence key="evidence" evidence={entry.evidence} />],
          [
            words.entry,
            <code key="id" className="mono">
              {entry.id}
            </code>,
          ],
        ]}
      />
      <EvidenceFiles contactId={entry.contact} entryId={entry.id} />
      <Text fw={600}>{words.leaf}</Text>
      <Text size="sm" c="dimmed">
        {words.leafDetail}
      </Text>
      <code className="mono">{entry.leafHash}</code>
      <CopyButton value={entry.leafHash}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy} style={{ justifySelf: 'start', alignSelf: 'start' }}>
            {copied ? t.common.copied : words.copyLeaf}
          </Button>
        )}
      </CopyButton>
      {hasPage(entry.method, entry.notice !== null) ? <SeenPageButton entryId={entry.id} /> : null}
      {entry.notice ? (
        <>
          <Text fw={600}>{words.textTitle}</Text>
          <SeenText body={entry.notice.body} language={entry.notice.language} />
        </>
      ) : null}
    </Stack>
  );
}

function Evidence({ evidence }: { evidence: Record<string, unknown> }) {
  return Object.entries(evidence).map(([key, value]) => (
    <div key={key} className="mono">
      {key}: {typeof value === 'string' ? value : JSON.stringify(value)}
    </div>
  ));
}
