import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Permission } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { SeenPageButton } from '../time-machine/seen-page-button.tsx';
import { Definitions } from '../ui/definitions.tsx';
import { IconCompany, IconLedger, IconMessage, IconPhone, IconPost } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';
import styles from './contact.module.css';
import { GradeMark } from './grade-mark.tsx';
import { ProofDialog } from './proof-dialog.tsx';
import { SeenTextDialog } from './seen-text-dialog.tsx';

const channelIcons = { email: IconMessage, sms: IconMessage, phone: IconPhone, post: IconPost, none: IconCompany };

export function PassportLine({ permission }: { permission: Permission }) {
  const { t, format } = useLanguage();
  const [textIsOpen, text] = useDisclosure(false);
  const [proofIsOpen, proof] = useDisclosure(false);
  const words = t.contact.passport;
  const { channel, allowed, reasonText, since, until, entryId, notice, legalBasis, permissionGround, evidenceGrade } = permission;
  const Icon = channelIcons[channel];

  return (
    <li className={styles.line}>
      <div className={styles.answer}>
        <span className={styles.channel}>
          <Icon size={17} />
          {wordFor(t.words.channel, channel)}
        </span>
        <Mark tone={allowed ? 'yes' : 'no'}>{allowed ? words.yes : words.no}</Mark>
      </div>
      <Text size="sm">{reasonText}</Text>
      {since ? (
        <Text size="sm" c="dimmed">
          {words.since} {format.date(since)}
          {until ? ` · ${words.until} ${format.date(until)}` : ''}
        </Text>
      ) : null}
      {evidenceGrade ? <GradeMark grade={evidenceGrade} /> : null}
      {legalBasis || entryId || notice ? (
        <details className={styles.details}>
          <summary>{words.details}</summary>
          <Definitions
            rows={[
              [words.basis, legalBasis ? wordFor(t.words.legalBasis, legalBasis) : undefined],
              [words.ground, permissionGround ? wordFor(t.words.permissionGround, permissionGround) : undefined],
              [words.since, since ? format.dateTime(since) : undefined],
              [words.until, allowed ? (until ? format.dateTime(until) : words.open) : undefined],
            ]}
          />
          <Group gap="xs">
            {notice ? (
              <Button size="xs" variant="default" onClick={text.open}>
                {words.seen}
              </Button>
            ) : null}
            {entryId && notice ? <SeenPageButton entryId={entryId} /> : null}
            {entryId ? (
              <Button size="xs" variant="default" leftSection={<IconLedger size={15} />} onClick={proof.open}>
                {words.proof}
              </Button>
            ) : null}
          </Group>
        </details>
      ) : null}
      {notice ? <SeenTextDialog notice={notice} opened={textIsOpen} onClose={text.close} /> : null}
      {entryId ? <ProofDialog entryId={entryId} opened={proofIsOpen} onClose={proof.close} /> : null}
    </li>
  );
}
