import { Checkbox, NativeSelect, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { Purpose } from '../api/types.ts';
import { countryCodes } from '../languages/countries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';
import { errorsByField } from '../ui/draft.ts';
import type { Settings } from './types.ts';

interface GroundPartProps {
  draft: Settings;
  purposes: Purpose[];
  problem: unknown;
  change: (next: (held: Settings) => Settings) => void;
}

const grounds = ['not-needed', 'soft-opt-in', 'legal-entity'] as const;

/** Source, purpose and basis: without them no datum comes in (Art. 5(1), 6, 13–14). */
export function GroundPart({ draft, purposes, problem, change }: GroundPartProps) {
  const { t, language, format } = useLanguage();
  const words = t.imports;
  const errorOf = errorsByField(problem);
  const set = <Key extends keyof Settings>(key: Key, value: Settings[Key]) => change((held) => ({ ...held, [key]: value }));
  const purpose = purposes.find(({ slug }) => slug === draft.purpose);
  const bases = purpose ? [purpose.legalBasis, 'unknown' as const] : (['unknown'] as const);
  const hint = words.basisHints[draft.legalBasis];

  return (
    <Stack gap="md">
      <TextInput
        label={words.source}
        description={words.sourceHint}
        required
        maxLength={500}
        value={draft.source}
        error={errorOf('source')}
        onChange={({ currentTarget }) => set('source', currentTarget.value)}
      />
      <Radio.Group
        label={words.obtainedFrom}
        value={draft.obtainedFrom}
        onChange={(value) => set('obtainedFrom', value as Settings['obtainedFrom'])}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="data-subject" label={words.fromThem} />
          <Radio value="other" label={words.fromOthers} description={words.fromOthersHint} />
        </Stack>
      </Radio.Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect
          label={words.purpose}
          data={purposes.map(({ slug, name }) => ({ value: slug, label: name[language] }))}
          value={draft.purpose}
          error={errorOf('purpose')}
          onChange={({ currentTarget }) => {
            const { value } = currentTarget;
            change((held) => ({ ...held, purpose: value, legalBasis: 'unknown', permissionGround: 'not-needed' }));
          }}
        />
        <NativeSelect
          label={words.basis}
          data={bases.map((basis) => ({
            value: basis,
            label: basis === 'unknown' ? words.basisUnknown : t.words.legalBasis[basis],
          }))}
          value={draft.legalBasis}
          error={errorOf('legalBasis')}
          onChange={({ currentTarget }) => set('legalBasis', currentTarget.value as Settings['legalBasis'])}
        />
      </SimpleGrid>
      {hint ? <Callout tone={draft.legalBasis === 'unknown' ? 'wait' : 'note'} title={hint} /> : null}
      {purpose?.isMarketing && draft.legalBasis !== 'consent' && draft.legalBasis !== 'unknown' ? (
        <Radio.Group
          label={words.ground}
          value={draft.permissionGround}
          error={errorOf('permissionGround')}
          onChange={(value) => set('permissionGround', value as Settings['permissionGround'])}
        >
          <Stack gap="xs" mt="xs">
            {grounds.map((ground) => (
              <Radio key={ground} value={ground} label={words.grounds[ground]} />
            ))}
          </Stack>
        </Radio.Group>
      ) : null}
      <Checkbox
        label={words.updateProfiles}
        description={words.updateProfilesHint}
        checked={draft.updateProfiles}
        onChange={({ currentTarget }) => set('updateProfiles', currentTarget.checked)}
      />
      <Checkbox
        label={words.updateStatuses}
        description={words.updateStatusesHint}
        checked={draft.updateStatuses}
        onChange={({ currentTarget }) => set('updateStatuses', currentTarget.checked)}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} component="fieldset" bd={0} p={0} m={0}>
        <NativeSelect
          label={words.language}
          description={words.defaults}
          data={Object.entries(t.words.language).map(([value, label]) => ({ value, label }))}
          value={draft.language}
          onChange={({ currentTarget }) => set('language', currentTarget.value as Settings['language'])}
        />
        <NativeSelect
          label={words.country}
          description={words.defaults}
          data={countryCodes.map((code) => ({ value: code, label: format.country(code) }))}
          value={draft.country}
          onChange={({ currentTarget }) => set('country', currentTarget.value)}
        />
      </SimpleGrid>
    </Stack>
  );
}
