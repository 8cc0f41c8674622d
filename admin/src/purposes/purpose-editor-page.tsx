import { Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { post, put } from '../api/client.ts';
import { purposeQuery } from '../api/queries.ts';
import type { Purpose, PurposeTerms } from '../api/types.ts';
import { FormFoot } from '../contact/edit/form-foot.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { TextsFields } from '../ui/texts-fields.tsx';
import { type ChangeDecision, ChangeDialog } from './change-dialog.tsx';
import { newTerms, termsOf } from './purpose-terms.ts';
import { RecipientsFields } from './recipients-fields.tsx';
import { TermsFields } from './terms-fields.tsx';

export function EditPurposePage() {
  const { t } = useLanguage();
  const { id } = useParams({ from: '/purposes/$id/edit' });
  const purpose = useQuery(purposeQuery(id));

  return (
    <LoadedPage query={purpose} title={t.purposes.title}>
      {(one) => <PurposeEditor key={`${id} ${one.version}`} purpose={one} />}
    </LoadedPage>
  );
}

export function AddPurposePage() {
  return <PurposeEditor />;
}

/** Everything a purpose must say, in both languages side by side. */
function PurposeEditor({ purpose }: { purpose?: Purpose }) {
  const { t, language } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const terms = useDraft<PurposeTerms>(purpose ? termsOf(purpose) : newTerms);
  const [slug, setSlug] = useState('');
  const words = t.purposes.editor;

  const [isDeciding, decision] = useDisclosure(false);

  const isDirty = terms.isDirty || slug !== '';
  const letGo = useUnsavedGuard(isDirty);
  const save = useMutation({
    mutationFn: (decision?: ChangeDecision) =>
      purpose
        ? put<Purpose>(`/api/v1/purposes/${purpose.id}`, { ...terms.draft, ...decision })
        : post<Purpose>('/api/v1/purposes', { slug: slug.trim(), ...terms.draft }),
    onSuccess: async ({ id }) => {
      decision.close();
      letGo();
      notifications.show({ message: t.purposes.saved, color: 'green' });
      await navigate({ to: '/purposes/$id', params: { id } });
      await queries.invalidateQueries({ queryKey: ['purposes'] });
    },
  });
  const errorOf = errorsByField(save.error);

  return (
    <Page title={purpose ? words.editTitle(purpose.name[language]) : words.addTitle} lead={purpose ? words.editLead : undefined}>
      <Form onSubmit={() => (purpose ? decision.open() : save.mutate(undefined))} problem={save.error}>
        <Stack gap="lg">
          <Section title={t.purposes.explanation}>
            {purpose ? null : (
              <TextInput
                label={words.slug}
                description={words.slugHint}
                value={slug}
                error={errorOf('slug')}
                spellCheck={false}
                autoCapitalize="none"
                onChange={(event) => setSlug(event.currentTarget.value)}
              />
            )}
            <TextsFields
              label={words.name}
              value={terms.draft.name}
              onChange={(name) => terms.set('name', name)}
              error={(spoken) => errorOf(`name.${spoken}`)}
            />
            <TextsFields
              label={words.explanation}
              description={words.explanationHint}
              long
              value={terms.draft.explanation}
              onChange={(explanation) => terms.set('explanation', explanation)}
              error={(spoken) => errorOf(`explanation.${spoken}`)}
            />
          </Section>
          <TermsFields draft={terms.draft} set={terms.set} errorOf={errorOf} />
          <RecipientsFields
            recipients={terms.draft.recipients}
            onChange={(recipients) => terms.set('recipients', recipients)}
            errorOf={errorOf}
          />
          {save.error ? <ProblemNotice problem={save.error} /> : null}
          <FormFoot
            submit={purpose ? words.submit : words.create}
            isPending={save.isPending}
            isDirty={isDirty}
            onCancel={() => void navigate({ to: purpose ? `/purposes/${purpose.id}` : '/purposes' })}
          />
        </Stack>
      </Form>
      {purpose ? (
        <ChangeDialog
          purpose={purpose}
          terms={terms.draft}
          opened={isDeciding}
          onClose={decision.close}
          onDecide={(decided) => save.mutate(decided)}
          isPending={save.isPending}
          problem={save.error}
        />
      ) : null}
    </Page>
  );
}
