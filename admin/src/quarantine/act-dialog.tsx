import {
  Button,
  Checkbox,
  FileInput,
  Group,
  List,
  Modal,
  NativeSelect,
  Radio,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asBase64 } from '../api/as-base64.ts';
import { ask, post } from '../api/client.ts';
import { purposesQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import { Callout } from '../ui/callout.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import type { ActKind, QuarantinedSource } from './queries.ts';

interface ActDialogProps {
  /** Whom: the people of a source, or everybody. */
  row: QuarantinedSource | undefined;
  all: QuarantinedSource[];
  onClose: () => void;
}

const MOST_BYTES = 10 * 1024 * 1024;
const doneTo = ['leaves', 'trimmed', 'stays', 'will-be-asked'] as const;
type Outcomes = Partial<Record<string, number>>;

/** What is to be done with many, on which grounds; shown before it is done. */
export function ActDialog({ row, all, onClose }: ActDialogProps) {
  const { t } = useLanguage();

  return (
    <Modal opened onClose={onClose} title={t.quarantine.act.title} size="xl">
      <Fields row={row} all={all} onClose={onClose} />
    </Modal>
  );
}

const empty = {
  kind: 'evidence' as ActKind,
  purpose: '',
  country: '',
  consentedAt: '',
  text: '',
  textLanguage: 'bg',
  statement: '',
  ofAge: false,
  assessment: '',
  permissionGround: 'not-needed',
  warningRead: false,
  rest: 'keep',
  reason: '',
};

function Fields({ row, all, onClose }: ActDialogProps) {
  const { t, language, format } = useLanguage();
  const words = t.quarantine.act;
  const queries = useQueryClient();
  const { data: purposes } = useQuery(purposesQuery);
  const [draft, setDraft] = useState({ ...empty, textLanguage: language as string });
  const [file, setFile] = useState<File | null>(null);
  const change = (changed: Partial<typeof draft>) => {
    setDraft((held) => ({ ...held, ...changed }));
    preview.reset();
  };
  const typed = (key: keyof typeof draft) => (event: { currentTarget: { value: string } }) =>
    change({ [key]: event.currentTarget.value });

  const fitting = (purposes ?? []).filter(
    (one) =>
      !one.isSystem &&
      (draft.kind === 'basis' ? one.legalBasis !== 'consent' : one.legalBasis === 'consent') &&
      (draft.kind !== 'ask' || one.channels.includes('email')),
  );
  const purpose = fitting.find(({ id }) => id === draft.purpose) ?? fitting[0];
  const grounds = (row ? [row] : all).flatMap((one) => one.grounds).filter((one) => one.purpose.id === purpose?.id);

  const body = async () => ({
    kind: draft.kind,
    selection: {
      ...(row ? { source: row.source.id } : {}),
      ...(draft.country.trim() ? { country: draft.country.trim().toUpperCase() } : {}),
    },
    purpose: purpose?.id,
    reason: draft.reason,
    rest: draft.rest,
    ...(draft.kind === 'evidence'
      ? {
          ...(draft.consentedAt ? { consentedAt: new Date(`${draft.consentedAt}T12:00`).toISOString() } : {}),
          ...(draft.text.trim() ? { text: { body: draft.text, language: draft.textLanguage } } : {}),
          ...(draft.statement.trim() ? { statement: draft.statement } : {}),
          ...(file ? { file: await asBase64(file) } : {}),
          ...(purpose?.needsAge ? { ofAge: draft.ofAge } : {}),
        }
      : {}),
    ...(draft.kind === 'basis'
      ? {
          warningRead: draft.warningRead,
          ...(draft.assessment.trim() ? { assessment: draft.assessment } : {}),
          ...(purpose?.isMarketing ? { permissionGround: draft.permissionGround } : {}),
        }
      : {}),
  });
  const preview = useMutation({
    mutationFn: async () => ask<{ outcomes: Outcomes }>('/api/v1/quarantine/preview', await body()),
  });
  const start = useMutation({
    mutationFn: async () => post<{ jobId: string; people: number }>('/api/v1/quarantine/acts', await body()),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: words.started, color: 'green' });
      announce(words.started);
      await Promise.all(['quarantine', 'jobs'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  const problem = start.error ?? preview.error;
  const errorOf = errorsByField(problem);
  const isTooLarge = file !== null && file.size > MOST_BYTES;
  const outcomes = preview.data?.outcomes;
  const people = outcomes ? doneTo.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0) : 0;

  return (
    <Form onSubmit={() => preview.mutate()} problem={problem}>
      <Stack gap="md">
        <Text>{words.of(row?.source.label ?? t.quarantine.everybody)}</Text>
        <Radio.Group label={words.kind} value={draft.kind} onChange={(kind) => change({ kind: kind as ActKind, purpose: '' })}>
          <Stack gap="xs" mt="xs">
            {(['evidence', 'basis', 'ask'] as const).map((kind) => (
              <Radio key={kind} value={kind} label={words.kinds[kind]} description={words.kindHints[kind]} />
            ))}
          </Stack>
        </Radio.Group>
        {draft.kind === 'ask' ? (
          <Callout tone={grounds.length > 0 ? 'note' : 'wait'} title={words.askWhy}>
            {grounds.length === 0
              ? words.askNoGround
              : grounds.map((one) => (
                  <div key={one.id}>
                    {words.askGround(one.purpose.name[language], t.quarantine.ground.grounds[one.ground])} – {one.reason}
                  </div>
                ))}
          </Callout>
        ) : null}
        {draft.kind === 'basis' ? (
          <Callout tone="wait" title={words.warningTitle}>
            <List spacing={4}>
              {Object.entries(words.warning).map(([key, line]) => (
                <List.Item key={key}>{line}</List.Item>
              ))}
            </List>
          </Callout>
        ) : null}
        {purpose ? (
          <NativeSelect
            label={words.purpose}
            data={fitting.map(({ id, name, legalBasis }) => ({
              value: id,
              label: `${name[language]} – ${t.words.legalBasis[legalBasis]}`,
            }))}
            value={purpose.id}
            error={errorOf('purpose') ?? errorOf('channels')}
            onChange={typed('purpose')}
          />
        ) : (
          <Text>{words.noPurpose}</Text>
        )}
        <TextInput
          label={words.country}
          description={words.countryHint}
          maxLength={2}
          value={draft.country}
          error={errorOf('country')}
          onChange={typed('country')}
        />
        {draft.kind === 'evidence' ? (
          <>
            <TextInput
              type="date"
              label={words.consentedAt}
              value={draft.consentedAt}
              error={errorOf('consentedAt')}
              onChange={typed('consentedAt')}
            />
            <Textarea
              label={words.text}
              description={words.textHint}
              autosize
              minRows={2}
              maxLength={20_000}
              value={draft.text}
              error={errorOf('text')}
              onChange={typed('text')}
            />
            <NativeSelect
              label={words.textLanguage}
              data={Object.entries(t.words.language).map(([value, label]) => ({ value, label }))}
              value={draft.textLanguage}
              onChange={typed('textLanguage')}
            />
            <FileInput
              label={words.file}
              description={words.fileHint}
              accept="application/pdf,image/jpeg,image/png,image/webp,audio/mpeg,audio/mp4,audio/ogg,audio/wav"
              clearable
              clearButtonProps={{ 'aria-label': words.clearFile }}
              value={file}
              error={isTooLarge ? words.tooLarge : errorOf('file')}
              onChange={(chosen) => {
                setFile(chosen);
                preview.reset();
              }}
            />
            <Textarea
              label={words.statement}
              description={words.statementHint}
              autosize
              minRows={2}
              maxLength={5000}
              value={draft.statement}
              error={errorOf('statement')}
              onChange={typed('statement')}
            />
            {purpose?.needsAge ? (
              <Checkbox
                label={words.ofAge}
                checked={draft.ofAge}
                error={errorOf('ofAge')}
                onChange={(event) => change({ ofAge: event.currentTarget.checked })}
              />
            ) : null}
          </>
        ) : null}
        {draft.kind === 'basis' && purpose?.legalBasis === 'legitimate-interests' ? (
          <Textarea
            label={words.assessment}
            description={words.assessmentHint}
            autosize
            minRows={3}
            maxLength={5000}
            value={draft.assessment}
            error={errorOf('assessment')}
            onChange={typed('assessment')}
          />
        ) : null}
        {draft.kind === 'basis' && purpose?.isMarketing ? (
          <NativeSelect
            label={words.ground}
            data={Object.entries(words.grounds).map(([value, label]) => ({ value, label }))}
            value={draft.permissionGround}
            error={errorOf('permissionGround')}
            onChange={typed('permissionGround')}
          />
        ) : null}
        {draft.kind === 'ask' ? null : (
          <Radio.Group label={words.rest} value={draft.rest} onChange={(rest) => change({ rest })}>
            <Stack gap="xs" mt="xs">
              {(['keep', 'erase'] as const).map((rest) => (
                <Radio key={rest} value={rest} label={words.rests[rest]} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <Textarea
          label={words.reason}
          description={words.reasonHint}
          autosize
          minRows={2}
          maxLength={2000}
          value={draft.reason}
          error={errorOf('reason')}
          onChange={typed('reason')}
        />
        {draft.kind === 'basis' ? (
          <Checkbox
            label={words.warningRead}
            checked={draft.warningRead}
            error={errorOf('warningRead')}
            onChange={(event) => change({ warningRead: event.currentTarget.checked })}
          />
        ) : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
        {outcomes ? (
          <Callout tone={people > 0 ? 'note' : 'wait'} role="status" title={people > 0 ? words.previewTitle : words.nobody}>
            <List spacing={4}>
              {Object.entries(outcomes).map(([outcome, count]) => (
                <List.Item key={outcome}>
                  {format.number(count ?? 0)} – {(t.quarantine.outcomes as Record<string, string>)[outcome] ?? outcome}
                </List.Item>
              ))}
            </List>
          </Callout>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          {outcomes && people > 0 ? (
            <Button loading={start.isPending} onClick={() => start.mutate()}>
              {words.start(format.number(people))}
            </Button>
          ) : (
            <Button type="submit" loading={preview.isPending} disabled={isTooLarge || !purpose}>
              {words.preview}
            </Button>
          )}
        </Group>
      </Stack>
    </Form>
  );
}
