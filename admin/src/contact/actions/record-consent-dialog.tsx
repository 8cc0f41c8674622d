import {
  Button,
  FileInput,
  Group,
  Modal,
  NativeSelect,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { asBase64 } from '../../api/as-base64.ts';
import { post } from '../../api/client.ts';
import { purposesQuery } from '../../api/queries.ts';
import type { Channel, ForeseenConsent, Language } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Callout } from '../../ui/callout.tsx';
import { errorsByField } from '../../ui/draft.ts';
import { Form } from '../../ui/form.tsx';
import { localNow } from '../../ui/local-now.ts';
import { ProblemNotice } from '../../ui/problem.tsx';
import { useAct } from './use-act.ts';

interface RecordConsentDialogProps {
  contactId: string;
  language: Language;
  opened: boolean;
  onClose: () => void;
}

const ways = ['phone', 'paper', 'in-person'] as const;
const MOST_BYTES = 10 * 1024 * 1024;

/** A consent the person gave to a colleague: what they heard or signed, when, and what shows it. Foreseen before it is saved. */
export function RecordConsentDialog(props: RecordConsentDialogProps) {
  const { t } = useLanguage();

  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t.contact.recordConsent.title} size="xl">
      {props.opened ? <Fields {...props} /> : null}
    </Modal>
  );
}

function Fields({ contactId, language: spoken, onClose }: RecordConsentDialogProps) {
  const { t, language } = useLanguage();
  const words = t.contact.recordConsent;
  const { data: purposes } = useQuery(purposesQuery);
  const uses = (purposes ?? [])
    .filter((purpose) => purpose.legalBasis === 'consent' && !purpose.isSystem)
    .flatMap(({ id, name, channels }) =>
      channels.map((channel) => ({ value: `${id} ${channel}`, label: `${name[language]} – ${t.words.channel[channel]}` })),
    );
  const [draft, setDraft] = useState({
    use: '',
    language: spoken,
    text: '',
    at: localNow(),
    how: 'phone',
    initiative: 'person',
    takenBy: '',
    note: '',
    ofAge: '',
  });
  const [file, setFile] = useState<File | null>(null);
  const set = (key: keyof typeof draft) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setDraft((held) => ({ ...held, [key]: value }));
    foresee.reset();
  };

  const chosen = (draft.use || uses[0]?.value || '').split(' ')[0];
  const needsAge = (purposes ?? []).some((purpose) => purpose.id === chosen && purpose.needsAge);

  const body = async () => {
    const [purpose, channel] = (draft.use || uses[0]?.value || '').split(' ') as [string, Channel];
    return {
      purpose,
      channel,
      language: draft.language,
      text: { typed: draft.text },
      at: new Date(draft.at).toISOString(),
      how: draft.how,
      initiative: draft.initiative,
      ...(draft.takenBy.trim() ? { takenBy: draft.takenBy.trim() } : {}),
      ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
      ...(needsAge && draft.ofAge !== '' ? { ofAge: draft.ofAge === 'older' } : {}),
      ...(file ? { file: await asBase64(file) } : {}),
    };
  };
  const foresee = useMutation({
    mutationFn: async () => post<ForeseenConsent>(`/api/v1/contacts/${contactId}/permissions/foresee-consent`, await body()),
  });
  const record = useAct(contactId, 'consent', onClose);
  const problem = record.error ?? foresee.error;
  const errorOf = errorsByField(problem);
  const isTooLarge = file !== null && file.size > MOST_BYTES;

  return (
    <Form onSubmit={() => foresee.mutate()} problem={problem}>
      <Stack gap="md">
        <Text>{words.lead}</Text>
        <NativeSelect
          label={words.use}
          data={uses}
          value={draft.use || uses[0]?.value}
          error={errorOf('purpose') ?? errorOf('channel')}
          onChange={set('use')}
        />
        <Radio.Group
          label={words.how}
          value={draft.how}
          onChange={(how) => {
            setDraft((held) => ({ ...held, how }));
            foresee.reset();
          }}
        >
          <Group mt="xs">
            {ways.map((way) => (
              <Radio key={way} value={way} label={t.words.method[way]} />
            ))}
          </Group>
        </Radio.Group>
        <Radio.Group
          label={words.initiative}
          value={draft.initiative}
          onChange={(initiative) => {
            setDraft((held) => ({ ...held, initiative }));
            foresee.reset();
          }}
        >
          <Group mt="xs">
            <Radio value="person" label={words.byPerson} />
            <Radio value="company" label={words.byCompany} />
          </Group>
        </Radio.Group>
        {needsAge ? (
          <Radio.Group
            label={words.ofAge}
            description={words.ofAgeHint}
            value={draft.ofAge}
            error={errorOf('ofAge')}
            onChange={(ofAge) => {
              setDraft((held) => ({ ...held, ofAge }));
              foresee.reset();
            }}
          >
            <Group mt="xs">
              <Radio value="older" label={words.older} />
              <Radio value="younger" label={words.younger} />
            </Group>
          </Radio.Group>
        ) : null}
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput type="datetime-local" label={words.at} value={draft.at} error={errorOf('at')} onChange={set('at')} />
          <NativeSelect
            label={words.language}
            data={Object.entries(t.words.language).map(([value, label]) => ({ value, label }))}
            value={draft.language}
            onChange={set('language')}
          />
          <TextInput label={words.takenBy} description={words.takenByHint} value={draft.takenBy} onChange={set('takenBy')} />
        </SimpleGrid>
        <Textarea
          label={words.text}
          description={words.textHint}
          autosize
          minRows={3}
          required
          maxLength={20_000}
          value={draft.text}
          error={errorOf('text.typed') ?? errorOf('text')}
          onChange={set('text')}
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
            foresee.reset();
          }}
        />
        <Textarea
          label={words.note}
          description={words.noteHint}
          autosize
          minRows={2}
          maxLength={2000}
          value={draft.note}
          error={errorOf('note')}
          onChange={set('note')}
        />
        {problem ? <ProblemNotice problem={problem} /> : null}
        {foresee.data ? <Foreseen foreseen={foresee.data} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          {foresee.data ? (
            <Button loading={record.isPending} onClick={async () => record.mutate(await body())}>
              {words.submit}
            </Button>
          ) : (
            <Button type="submit" loading={foresee.isPending} disabled={isTooLarge}>
              {words.foresee}
            </Button>
          )}
        </Group>
      </Stack>
    </Form>
  );
}

function Foreseen({ foreseen: { outcome, permission } }: { foreseen: ForeseenConsent }) {
  const { t } = useLanguage();
  const words = t.contact.recordConsent;
  if (outcome === 'to-confirm') {
    return (
      <Callout tone="wait" role="status" title={words.toConfirm}>
        {words.toConfirmDetail}
      </Callout>
    );
  }
  return (
    <Callout
      tone={permission.allowed ? 'yes' : 'wait'}
      role="status"
      title={permission.allowed ? words.given : words.givenButNot}
    >
      {permission.allowed ? words.givenDetail : permission.reasonText}
    </Callout>
  );
}
