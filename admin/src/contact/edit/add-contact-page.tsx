import { Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { post } from '../../api/client.ts';
import type { Contact } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../../ui/draft.ts';
import { Form } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { ContactFields } from './contact-fields.tsx';
import { accountOf, emptyContact, emptyOrigin, givenOf } from './contact-input.ts';
import { FormFoot } from './form-foot.tsx';
import { OriginFields } from './origin-fields.tsx';
import { SaveProblem } from './save-problem.tsx';

export function AddContactPage() {
  const { t, language } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const person = useDraft(emptyContact(language));
  const origin = useDraft(emptyOrigin);
  const isDirty = person.isDirty || origin.isDirty;

  const letGo = useUnsavedGuard(isDirty);
  const save = useMutation({
    mutationFn: () =>
      post<Contact>('/api/v1/contacts', {
        ...givenOf(person.draft),
        ...accountOf(origin.draft),
        ...(origin.draft.permissionGround === '' ? {} : { permissionGround: origin.draft.permissionGround }),
      }),
    onSuccess: async ({ id }) => {
      letGo();
      notifications.show({ message: t.contact.add.saved, color: 'green' });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['contacts'] }),
        queries.invalidateQueries({ queryKey: ['home'] }),
      ]);
      await navigate({ to: '/people/$id', params: { id } });
    },
  });
  const errorOf = errorsByField(save.error);

  return (
    <Page title={t.contact.add.title} lead={t.contact.add.lead}>
      <Form onSubmit={() => save.mutate()} problem={save.error}>
        <Stack gap="lg">
          <OriginFields draft={origin.draft} set={origin.set} errorOf={errorOf} />
          <ContactFields draft={person.draft} set={person.set} errorOf={errorOf} />
          <SaveProblem problem={save.error} />
          <FormFoot
            submit={t.contact.add.submit}
            isPending={save.isPending}
            isDirty={isDirty}
            onCancel={() => void navigate({ to: '/people' })}
          />
        </Stack>
      </Form>
    </Page>
  );
}
