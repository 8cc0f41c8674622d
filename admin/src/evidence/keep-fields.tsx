import { Button, CopyButton, NativeSelect, Radio, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconCopy } from '../ui/icons.tsx';
import { type EvidencePolicy, erasureAnswerQuery, type KeepingGround } from './queries.ts';

/** What whoever erases decides about the proof of consents. */
export interface Keeping {
  keeps: boolean;
  ground: KeepingGround;
  necessity: string;
  months: string;
}

export const keepingOf = (policy: EvidencePolicy): Keeping => ({
  keeps: policy.keepsByDefault,
  ground: policy.ground,
  necessity: policy.necessity ?? '',
  months: String(policy.retentionMonths),
});

/** As the server takes it. */
export const wishOf = ({ keeps, ground, necessity, months }: Keeping) =>
  keeps ? { ground, necessity: necessity.trim(), months: Number(months) } : 'nothing';

interface KeepFieldsProps {
  value: Keeping;
  errorOf: (field: string) => string | undefined;
  onChange: (value: Keeping) => void;
}

export function KeepFields({ value, errorOf, onChange }: KeepFieldsProps) {
  const { t, language } = useLanguage();
  const words = t.evidence.keep;
  const [toldIn, setToldIn] = useState<string>(language);
  const answer = useQuery(erasureAnswerQuery(value.keeps ? value.ground : undefined, value.months, toldIn));

  return (
    <Stack gap="sm">
      <Radio.Group
        label={words.title}
        value={value.keeps ? 'keep' : 'nothing'}
        onChange={(chosen) => onChange({ ...value, keeps: chosen === 'keep' })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="nothing" label={words.nothing} />
          <Radio value="keep" label={words.keep} />
        </Stack>
      </Radio.Group>
      {value.keeps ? (
        <>
          <Textarea
            label={words.necessity}
            description={words.necessityHint}
            autosize
            minRows={2}
            value={value.necessity}
            error={errorOf('necessity')}
            onChange={(event) => onChange({ ...value, necessity: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NativeSelect
              label={t.evidence.policy.ground}
              value={value.ground}
              data={Object.entries(t.evidence.policy.grounds).map(([ground, label]) => ({ value: ground, label }))}
              onChange={(event) => onChange({ ...value, ground: event.currentTarget.value as KeepingGround })}
            />
            <TextInput
              label={t.evidence.policy.months}
              inputMode="numeric"
              value={value.months}
              error={errorOf('months')}
              onChange={(event) => onChange({ ...value, months: event.currentTarget.value })}
            />
          </SimpleGrid>
        </>
      ) : null}
      <details>
        <summary>{words.tell}</summary>
        <Stack gap="xs" mt="xs">
          <NativeSelect
            aria-label={t.words.field.language}
            value={toldIn}
            data={Object.entries(t.words.language).map(([code, label]) => ({ value: code, label }))}
            onChange={(event) => setToldIn(event.currentTarget.value)}
          />
          <Text size="sm" lang={toldIn} style={{ whiteSpace: 'pre-wrap' }}>
            {answer.data?.text ?? t.common.loading}
          </Text>
          <CopyButton value={answer.data?.text ?? ''}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" leftSection={<IconCopy size={14} />} onClick={copy} disabled={!answer.data}>
                {copied ? t.common.copied : words.copy}
              </Button>
            )}
          </CopyButton>
        </Stack>
      </details>
    </Stack>
  );
}
