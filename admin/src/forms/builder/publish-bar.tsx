import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { draftQuery } from '../../api/form-queries.ts';
import type { Form, FormDraft } from '../../api/form-types.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { announce } from '../../ui/announce.tsx';
import { Mark } from '../../ui/mark.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';
import styles from './builder.module.css';
import { useBuilder } from './builder-context.ts';
import type { DraftSaver, SavedDraft } from './draft-saver.ts';
import { PublishDialog } from './publish-dialog.tsx';
import { SavingMark } from './saving-mark.tsx';

interface PublishBarProps {
  form: Form;
  saver: DraftSaver;
  draft: SavedDraft;
  findingsId: string;
  previewId: string;
}

export function PublishBar({ form, saver, draft, findingsId, previewId }: PublishBarProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const { findings } = useBuilder();
  const [isOpen, setOpen] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const words = t.formBuilder;
  const number = Math.max(0, ...form.versions.map((version) => version.number)) + 1;
  const blocks = findings.filter(({ severity }) => severity === 'blocks').length;
  const warns = findings.length - blocks;

  const refuse = () => {
    setRefused(true);
    announce(words.publishRefused);
    document.getElementById(findingsId)?.focus();
  };
  const ask = async () => {
    if (!(await saver.flush())) return;
    if (blocks > 0) return refuse();
    setRefused(false);
    setOpen(true);
  };
  const discard = useMutation({
    mutationFn: () => post<FormDraft>(`/api/v1/forms/${form.id}/draft/discard`, { revision: saver.snapshot().revision }),
    onSuccess: async (fresh) => {
      saver.adopt(fresh, true);
      queries.setQueryData(draftQuery(form.id).queryKey, fresh);
      announce(words.discarded);
      await queries.invalidateQueries({ queryKey: ['forms'] });
    },
  });

  return (
    <div className={styles.bar}>
      {draft.state === 'failed' && draft.problem ? <ProblemNotice problem={draft.problem} what={words.failed} /> : null}
      {discard.error ? <ProblemNotice problem={discard.error} /> : null}
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          {isRefused && blocks > 0 ? (
            <span role="alert">
              <Mark tone="no">{words.publishRefused}</Mark>
            </span>
          ) : null}
          <SavingMark saver={saver} draft={draft} isPublished={form.draft === null && form.published !== null} />
          {findings.length > 0 ? (
            <a href={`#${findingsId}`} className={styles.counts}>
              {words.findingsLead(blocks, warns)}
            </a>
          ) : null}
          <a href={`#${previewId}`} className={`${styles.counts} ${styles.toPreview}`}>
            {words.toPreview}
          </a>
        </Group>
        <Group gap="xs">
          {form.draft && form.versions.length > 0 ? (
            <Button
              variant="default"
              loading={discard.isPending}
              onClick={async () => {
                if (await saver.flush()) discard.mutate();
              }}
            >
              {words.discard}
            </Button>
          ) : null}
          <Button onClick={() => void ask()} loading={draft.state === 'saving'}>
            {words.publish(number)}
          </Button>
        </Group>
      </Group>
      <PublishDialog
        form={form}
        saver={saver}
        revision={draft.revision}
        number={number}
        opened={isOpen}
        onClose={() => setOpen(false)}
        onRefused={refuse}
      />
    </div>
  );
}
