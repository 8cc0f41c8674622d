import { NativeSelect, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { purposesQuery } from '../../api/queries.ts';
import type { Purpose } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { wordFor } from '../../languages/shape.ts';
import { Callout } from '../../ui/callout.tsx';
import { Section } from '../../ui/section.tsx';
import type { OriginDraft } from './contact-input.ts';

interface OriginFieldsProps {
  draft: OriginDraft;
  set: <Key extends keyof OriginDraft>(key: Key, value: OriginDraft[Key]) => void;
  errorOf: (field: string) => string | undefined;
}

const kinds = ['staff', 'event', 'third-party', 'page'] as const;

/** Source, purpose and basis: asked of whoever types data in, because nothing can be stored without them. */
export function OriginFields({ draft, set, errorOf }: OriginFieldsProps) {
  const { t, language } = useLanguage();
  const { data: purposes } = useQuery(purposesQuery);
  const words = t.contact.edit;
  const usable = (purposes ?? []).filter(({ isSystem, archivedAt }) => !isSystem && !archivedAt);
  const purpose = usable.find(({ slug }) => slug === draft.purpose);
  const choosePurpose = (slug: string) => {
    const chosen = usable.find((one) => one.slug === slug);
    set('purpose', slug);
    set('legalBasis', chosen && chosen.legalBasis !== 'consent' ? chosen.legalBasis : '');
  };

  return (
    <Section title={words.source} lead={words.sourceLead}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect
          label={words.kind}
          value={draft.kind}
          error={errorOf('source.kind')}
          data={kinds.map((value) => ({ value, label: t.words.sourceKind[value] }))}
          onChange={(event) => set('kind', event.currentTarget.value)}
        />
        <TextInput
          label={words.label}
          description={words.labelHint}
          value={draft.label}
          error={errorOf('source.label') ?? errorOf('label')}
          onChange={(event) => set('label', event.currentTarget.value)}
        />
      </SimpleGrid>
      <Radio.Group label={words.obtained} value={draft.obtainedFrom} onChange={(value) => set('obtainedFrom', value)}>
        <Stack gap="xs" mt="xs">
          <Radio value="data-subject" label={words.obtainedSelf} />
          <Radio value="other" label={words.obtainedOther} />
        </Stack>
      </Radio.Group>
      {draft.obtainedFrom === 'other' ? <Callout tone="wait" title={words.art14} /> : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect
          label={words.purpose}
          value={draft.purpose}
          error={errorOf('purpose')}
          data={[{ value: '', label: '–' }, ...usable.map(({ slug, name }) => ({ value: slug, label: name[language] }))]}
          onChange={(event) => choosePurpose(event.currentTarget.value)}
        />
        <BasisField draft={draft} set={set} errorOf={errorOf} purpose={purpose} />
      </SimpleGrid>
      <Callout tone={purpose?.legalBasis === 'consent' ? 'no' : 'note'} title={words.noConsent}>
        {purpose?.legalBasis === 'consent' ? words.onlyConsent : words.noConsentDetail}
      </Callout>
      {purpose?.isMarketing && purpose.legalBasis !== 'consent' ? (
        <NativeSelect
          label={words.channelGround}
          value={draft.permissionGround}
          error={errorOf('permissionGround')}
          data={[
            { value: '', label: t.common.none },
            ...(['soft-opt-in', 'legal-entity'] as const).map((value) => ({ value, label: t.words.permissionGround[value] })),
          ]}
          onChange={(event) => set('permissionGround', event.currentTarget.value)}
        />
      ) : null}
    </Section>
  );
}

/** The bases staff can state; each with what it allows. Consent is not among them: only the person can give it. */
function BasisField({ draft, set, errorOf, purpose }: OriginFieldsProps & { purpose: Purpose | undefined }) {
  const { t } = useLanguage();
  const words = t.contact.edit;
  // Each purpose has one basis, chosen in its own page; not knowing it is the other honest answer.
  const bases = purpose ? [...(purpose.legalBasis === 'consent' ? [] : [purpose.legalBasis]), 'unknown'] : [];

  return (
    <NativeSelect
      label={words.basis}
      description={draft.legalBasis ? wordFor(words.basisHint, draft.legalBasis) : undefined}
      value={draft.legalBasis}
      error={errorOf('legalBasis')}
      data={[{ value: '', label: '–' }, ...bases.map((value) => ({ value, label: wordFor(t.words.legalBasis, value) }))]}
      onChange={(event) => set('legalBasis', event.currentTarget.value)}
    />
  );
}
