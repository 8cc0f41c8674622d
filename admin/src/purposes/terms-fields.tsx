import { Checkbox, Group, NativeSelect, NumberInput, SimpleGrid, Stack, Textarea } from '@mantine/core';
import type { Channel, LegalBasis, PurposeTerms } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Section } from '../ui/section.tsx';

interface TermsFieldsProps {
  draft: PurposeTerms;
  set: <Key extends keyof PurposeTerms>(key: Key, value: PurposeTerms[Key]) => void;
  errorOf: (field: string) => string | undefined;
}

const channels = ['email', 'sms', 'phone', 'post', 'none'] as const;
/** What makes forms ask for this consent in another way. */
const consentKinds = ['needsAge', 'isExplicit', 'isMeasurement'] as const;
const bases = ['consent', 'contract', 'legal-obligation', 'vital-interests', 'public-task', 'legitimate-interests'] as const;

export function TermsFields({ draft, set, errorOf }: TermsFieldsProps) {
  const { t } = useLanguage();
  const words = t.purposes.editor;
  const isConsent = draft.legalBasis === 'consent';

  return (
    <Section title={words.basis}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect
          aria-label={words.basis}
          value={draft.legalBasis}
          error={errorOf('legalBasis')}
          data={bases.map((value) => ({ value, label: t.words.legalBasis[value] }))}
          onChange={(event) => {
            const basis = event.currentTarget.value as LegalBasis;
            set('legalBasis', basis);
            if (basis !== 'consent') for (const key of ['doubleOptIn', ...consentKinds] as const) set(key, false);
          }}
        />
        <Stack gap="sm">
          <Checkbox
            label={words.marketing}
            description={words.marketingHint}
            checked={draft.isMarketing}
            onChange={(event) => set('isMarketing', event.currentTarget.checked)}
          />
          {isConsent ? (
            <Checkbox
              label={words.doubleOptIn}
              checked={draft.doubleOptIn}
              error={errorOf('doubleOptIn')}
              onChange={(event) => set('doubleOptIn', event.currentTarget.checked)}
            />
          ) : null}
          {isConsent
            ? consentKinds.map((kind) => (
                <Checkbox
                  key={kind}
                  label={words[kind]}
                  description={words[`${kind}Hint`]}
                  checked={draft[kind] ?? false}
                  error={errorOf(kind)}
                  onChange={(event) => set(kind, event.currentTarget.checked)}
                />
              ))
            : null}
        </Stack>
      </SimpleGrid>
      <Checkbox.Group
        label={words.channels}
        value={draft.channels}
        error={errorOf('channels')}
        onChange={(value) => set('channels', value as Channel[])}
      >
        <Group mt="xs">
          {channels.map((value) => (
            <Checkbox key={value} value={value} label={t.words.channel[value]} />
          ))}
        </Group>
      </Checkbox.Group>
      <Textarea
        label={words.categories}
        description={words.categoriesHint}
        autosize
        minRows={2}
        spellCheck={false}
        value={draft.dataCategories.join('\n')}
        error={errorOf('dataCategories')}
        onChange={(event) => set('dataCategories', event.currentTarget.value.split('\n'))}
        onBlur={() => set('dataCategories', draft.dataCategories.map((one) => one.trim()).filter(Boolean))}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NumberInput
          label={words.months}
          min={0}
          max={1200}
          allowDecimal={false}
          value={draft.retention.months}
          error={errorOf('retention.months')}
          onChange={(months) => set('retention', { ...draft.retention, months: Number(months) })}
        />
        <NativeSelect
          label={words.starts}
          value={draft.retention.starts}
          data={Object.entries(t.words.retentionStarts).map(([value, label]) => ({ value, label }))}
          onChange={(event) => set('retention', { ...draft.retention, starts: event.currentTarget.value })}
        />
        {isConsent ? (
          <NumberInput
            label={words.validMonths}
            description={words.validMonthsHint}
            min={1}
            max={120}
            allowDecimal={false}
            value={draft.consentValidMonths ?? ''}
            error={errorOf('consentValidMonths')}
            onChange={(months) => set('consentValidMonths', months === '' ? null : Number(months))}
          />
        ) : null}
        {isConsent && draft.consentValidMonths !== null ? (
          <NumberInput
            label={words.renewBefore}
            description={words.renewBeforeHint}
            min={1}
            max={180}
            allowDecimal={false}
            value={draft.renewBeforeDays}
            error={errorOf('renewBeforeDays')}
            onChange={(days) => set('renewBeforeDays', Number(days))}
          />
        ) : null}
        {isConsent ? (
          <NumberInput
            label={words.askAgainAfter}
            description={words.askAgainAfterHint}
            min={1}
            max={120}
            allowDecimal={false}
            value={draft.askAgainAfterMonths}
            error={errorOf('askAgainAfterMonths')}
            onChange={(months) => set('askAgainAfterMonths', Number(months))}
          />
        ) : null}
      </SimpleGrid>
    </Section>
  );
}
