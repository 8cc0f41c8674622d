import { Button, Group, List, Loader, Modal, Radio, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import type { ChangePreview, Purpose, PurposeTerms } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Callout } from '../ui/callout.tsx';
import { errorsByField } from '../ui/draft.ts';
import { ProblemNotice } from '../ui/problem.tsx';

export interface ChangeDecision {
  isMaterial: boolean;
  changeReason?: string;
}

interface ChangeDialogProps {
  purpose: Purpose;
  terms: PurposeTerms;
  opened: boolean;
  onClose: () => void;
  onDecide: (decision: ChangeDecision) => void;
  isPending: boolean;
  problem: unknown;
}

/** Before a new version: what in it goes beyond what people know, whom that concerns, and what staff decide. */
export function ChangeDialog(props: ChangeDialogProps) {
  const { t } = useLanguage();

  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t.purposes.change.title} size="lg">
      {props.opened ? <Decision {...props} /> : null}
    </Modal>
  );
}

function Decision({ purpose, terms, onClose, onDecide, isPending, problem }: ChangeDialogProps) {
  const { t } = useLanguage();
  const words = t.purposes.change;
  const preview = useQuery({
    queryKey: ['purposes', purpose.id, 'preview', terms],
    queryFn: () => post<ChangePreview>(`/api/v1/purposes/${purpose.id}/preview-change`, terms),
    retry: false,
  });
  const [chosen, setChosen] = useState<'material' | 'words'>();
  const [reason, setReason] = useState('');
  if (preview.error) return <ProblemNotice problem={preview.error} />;
  if (!preview.data) return <Loader aria-label={t.common.loading} />;

  const { signs, toAsk, toTell } = preview.data;
  const answer = chosen ?? (signs.length > 0 ? 'material' : undefined);
  const needsReason = answer === 'words' && signs.length > 0;

  return (
    <Stack gap="md">
      {signs.length > 0 ? (
        <Callout tone="wait" title={words.looksMaterial}>
          <List size="sm">
            {signs.map(({ sign, added }) => (
              <List.Item key={sign}>
                {wordFor(words.signs, sign)}
                {added.length > 0 ? `: ${added.join(', ')}` : ''}
              </List.Item>
            ))}
          </List>
        </Callout>
      ) : (
        <Callout tone="note" title={words.looksPlain} />
      )}
      <Radio.Group label={words.question} value={answer ?? null} onChange={(value) => setChosen(value as 'material' | 'words')}>
        <Stack gap="xs" mt="xs">
          <Radio value="material" label={words.material} description={words.materialHint} />
          <Radio value="words" label={words.words} description={words.wordsHint} />
        </Stack>
      </Radio.Group>
      {answer === 'material' ? (
        <Callout tone="note" title={words.consequence}>
          {purpose.legalBasis === 'consent'
            ? words.toAsk(toAsk.people, toAsk.byEmail)
            : words.toTell(toTell.people, toTell.byEmail)}
        </Callout>
      ) : null}
      {needsReason ? (
        <Textarea
          label={words.reason}
          description={words.reasonHint}
          autosize
          minRows={2}
          required
          value={reason}
          error={errorsByField(problem)('changeReason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
      {problem ? <ProblemNotice problem={problem} /> : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button
          loading={isPending}
          disabled={!answer || (needsReason && reason.trim() === '')}
          onClick={() =>
            onDecide({
              isMaterial: answer === 'material',
              ...(needsReason ? { changeReason: reason.trim() } : {}),
            })
          }
        >
          {t.purposes.editor.submit}
        </Button>
      </Group>
    </Stack>
  );
}
