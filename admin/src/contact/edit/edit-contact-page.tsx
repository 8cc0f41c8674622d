import { Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { patch } from '../../api/client.ts';
import { contactQuery } from '../../api/queries.ts';
import type { Contact } from '../../api/types.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../../ui/draft.ts';
import { Form } from '../../ui/form.tsx';
import { LoadedPage } from '../../ui/loaded-page.tsx';
import { Page } from '../../ui/page.tsx';
import { contactName } from '../contact-name.ts';
import { ContactFields } from './contact-fields.tsx';
import { accountOf, changesOf, draftOf, emptyOrigin } from './contact-input.ts';
import { FormFoot } from './form-foot.tsx';
import { OriginFields } from './origin-fields.tsx';
import { SaveProblem } from './save-problem.tsx';

export function EditContactPage() {
  const t = useTexts();
  const { id } = useParams({ from: '/people/$id/edit' });
  const contact = useQuery(contactQuery(id));

  return (
    <LoadedPage query={contact} title={t.common.edit}>
      {(person) => <EditForm key={id} contact={person} />}
    </LoadedPage>
  );
}

function EditForm({ contact }: { contact: Contact }) {
  const t = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [before] = useState(() => draftOf(contact));
  const person = useDraft(before);
  const origin = useDraft(emptyOrigin);
  const [reason, setReason] = useState('');
  const isDirty = person.isDirty || origin.isDirty || reason !== '';
  const goBack = () => navigate({ to: '/people/$id', params: { id: contact.id } });

  const letGo = useUnsavedGuard(isDirty);
  const save = useMutation({
    mutationFn: () =>
      patch<Contact>(`/api/v1/contacts/${contact.id}`, {
        changes: changesOf(before, person.draft),
        ...(person.draft.language === before.language ? {} : { language: person.draft.language }),
        ...(person.draft.country === before.country ? {} : { country: person.draft.country || null }),
        ...accountOf(origin.draft),
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      }),
    onSuccess: async () => {
      letGo();
      notifications.show({ message: t.common.saved, color: 'green' });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['contact', contact.id] }),
        queries.invalidateQueries({ queryKey: ['contacts'] }),
      ]);
      await goBack();
    },
  });
  const errorOf = errorsByField(save.error);

  return (
    <Page
      title={t.contact.edit.title(contactName(contact) ?? t.contact.unnamed)}
      documentTitle={t.common.edit}
      lead={t.contact.edit.lead}
    >
      <Form onSubmit={() => save.mutate()} problem={save.error}>
        <Stack gap="lg">
          <ContactFields draft={person.draft} set={person.set} errorOf={errorOf} />
          <OriginFields draft={origin.draft} set={origin.set} errorOf={errorOf} />
          <TextInput
            label={`${t.contact.edit.reason} ${t.common.optional}`}
            value={reason}
            error={errorOf('reason')}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <SaveProblem problem={save.error} />
          <FormFoot
            submit={t.contact.edit.submit}
            isPending={save.isPending}
            isDirty={isDirty}
            canSubmit={person.isDirty}
            onCancel={goBack}
          />
        </Stack>
      </Form>
    </Page>
  );
}
