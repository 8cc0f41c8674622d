import { Button, FileInput, Modal, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { asBase64 } from '../../api/as-base64.ts';
import { post } from '../../api/client.ts';
import type { Magnet, MagnetDelivery } from '../../api/form-types.ts';
import type { Purpose } from '../../api/types.ts';
import { bg } from '../../languages/bg.ts';
import { en } from '../../languages/en.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Form } from '../../ui/form.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';

interface MagnetDialogProps {
  opened: boolean;
  onClose: () => void;
  magnet: Magnet | undefined;
  purposes: readonly Purpose[];
  onChange: (magnet: Magnet) => void;
}

/** The purpose every installation has for it. */
const usual = 'information-on-request';
const LARGEST = 5 * 1024 * 1024;

export function MagnetDialog(props: MagnetDialogProps) {
  const { t } = useLanguage();
  const { opened, onClose, magnet } = props;

  return (
    <Modal opened={opened} onClose={onClose} title={magnet ? t.formBuilder.changeMagnet : t.formBuilder.addMagnet}>
      <MagnetChoice {...props} />
    </Modal>
  );
}

/** What is sent and on which purpose: asked together, so that the draft never holds half of it. */
function MagnetChoice({ onClose, magnet, purposes, onChange }: MagnetDialogProps) {
  const { t, language } = useLanguage();
  const words = t.formBuilder;
  const [purpose, setPurpose] = useState(
    magnet?.purpose ?? (purposes.find(({ slug }) => slug === usual) ?? purposes[0])?.id ?? '',
  );
  const [kind, setKind] = useState<MagnetDelivery['kind']>(magnet?.delivery.kind ?? 'link');
  const [url, setUrl] = useState(magnet?.delivery.kind === 'link' ? magnet.delivery.url : 'https://');
  const [file, setFile] = useState<File | null>(null);
  const [wrong, setWrong] = useState<string>();
  const use = useMutation({
    mutationFn: async (): Promise<MagnetDelivery> => {
      if (kind === 'link') return { kind, url: url.trim() };
      if (!file && magnet?.delivery.kind === 'file') return magnet.delivery;
      const content = await asBase64(file as File);

      return { kind, file: (await post<{ id: string }>('/api/v1/forms/files', { name: file?.name, content })).id };
    },
    onSuccess: (delivery) => {
      const { label, hint } = magnet ?? proposed;
      onChange({ purpose, label, hint, delivery });
      onClose();
    },
  });
  const submit = () => {
    const found = problemOf();
    setWrong(found);
    if (!found) use.mutate();
  };

  function problemOf(): string | undefined {
    if (kind === 'link') return /^https:\/\/[^\s/]+/.test(url.trim()) && URL.canParse(url.trim()) ? undefined : words.linkWrong;
    if (file) return file.size > LARGEST ? words.fileTooLarge : undefined;

    return magnet?.delivery.kind === 'file' ? undefined : words.fileNeeded;
  }

  return (
    <Form onSubmit={submit} problem={wrong ?? use.error}>
      <Stack>
        <NativeSelect
          label={words.magnetPurpose}
          description={words.magnetPurposeHint}
          value={purpose}
          data={purposes.map(({ id, name }) => ({ value: id, label: name[language] }))}
          onChange={(event) => setPurpose(event.currentTarget.value)}
        />
        <Radio.Group label={words.delivery} value={kind} onChange={(value) => setKind(value as MagnetDelivery['kind'])}>
          <Stack gap="xs" mt="xs">
            <Radio value="link" label={words.link} />
            <Radio value="file" label={words.file} />
          </Stack>
        </Radio.Group>
        {kind === 'link' ? (
          <TextInput
            label={words.linkAddress}
            type="url"
            inputMode="url"
            value={url}
            error={wrong}
            maxLength={2000}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
        ) : (
          <FileInput
            label={words.file}
            placeholder={words.chooseFile}
            description={words.fileHint}
            accept=".pdf,.epub,.zip,.docx,.xlsx,.pptx,.odt,.png,.jpg,.jpeg,.mp3,.txt,.csv"
            value={file}
            error={wrong}
            onChange={setFile}
          />
        )}
        {use.error ? <ProblemNotice problem={use.error} /> : null}
        <Button type="submit" loading={use.isPending}>
          {words.magnetSave}
        </Button>
      </Stack>
    </Form>
  );
}

const proposed = {
  label: { bg: bg.formBuilder.proposedMagnet.label, en: en.formBuilder.proposedMagnet.label },
  hint: { bg: bg.formBuilder.proposedMagnet.hint, en: en.formBuilder.proposedMagnet.hint },
};
