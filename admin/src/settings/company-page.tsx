import { NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { put } from '../api/client.ts';
import { controllerQuery } from '../api/queries.ts';
import type { Controller } from '../api/types.ts';
import { FormFoot } from '../contact/edit/form-foot.tsx';
import { countryCodes } from '../languages/countries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Definitions } from '../ui/definitions.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { controllerOf, draftOf } from './controller-draft.ts';

export function CompanyPage() {
  const { t } = useLanguage();
  const may = useMay();
  const controller = useQuery(controllerQuery);

  return (
    <Page title={t.settings.company.title} lead={t.settings.company.lead}>
      <Loaded query={controller}>
        {(saved) => (may('controller.write') ? <CompanyForm saved={saved} /> : <CompanyDetails saved={saved} />)}
      </Loaded>
    </Page>
  );
}

function CompanyForm({ saved }: { saved: Controller | null }) {
  const { t, format } = useLanguage();
  const queries = useQueryClient();
  const company = useDraft(draftOf(saved));
  const words = t.settings.company;
  const save = useMutation({
    mutationFn: () => put<Controller>('/api/v1/controller', controllerOf(company.draft)),
    onSuccess: async () => {
      company.settle();
      notifications.show({ message: words.saved, color: 'green' });
      await Promise.all(['controller', 'checklist', 'me'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  useUnsavedGuard(company.isDirty);
  const errorOf = errorsByField(save.error);
  const text = (key: keyof typeof company.draft, label: string) => ({
    label,
    name: key,
    value: company.draft[key],
    error: errorOf(key),
    onChange: (event: { currentTarget: { value: string } }) => company.set(key, event.currentTarget.value),
  });

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Stack gap="lg">
        <Section title={words.title}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput {...text('name', words.name)} autoComplete="organization" />
            <TextInput {...text('registrationNumber', `${words.registrationNumber} ${t.common.optional}`)} />
            <TextInput {...text('address', words.address)} autoComplete="street-address" />
            <TextInput {...text('email', words.email)} type="email" />
            <TextInput {...text('phone', `${words.phone} ${t.common.optional}`)} type="tel" />
            <NativeSelect
              {...text('country', words.country)}
              data={countryCodes.map((value) => ({ value, label: format.country(value) }))}
            />
            <NativeSelect
              {...text('timeZone', words.timeZone)}
              data={Intl.supportedValuesOf('timeZone').filter((zone) => zone.startsWith('Europe/'))}
            />
            <NativeSelect
              {...text('defaultLanguage', words.defaultLanguage)}
              data={Object.entries(t.words.language).map(([value, label]) => ({ value, label }))}
            />
          </SimpleGrid>
        </Section>
        <Section title={words.dpo} lead={words.dpoLead}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput {...text('dpoName', `${words.dpoName} ${t.common.optional}`)} />
            <TextInput {...text('dpoEmail', `${words.dpoEmail} ${t.common.optional}`)} type="email" />
          </SimpleGrid>
        </Section>
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        <FormFoot
          submit={t.common.save}
          isPending={save.isPending}
          isDirty={company.isDirty}
          onCancel={() => company.settle(draftOf(saved))}
        />
      </Stack>
    </Form>
  );
}

/** For those who may know the company's details and not change them. */
function CompanyDetails({ saved }: { saved: Controller | null }) {
  const { t, format } = useLanguage();
  const words = t.settings.company;

  return (
    <Section title={words.title}>
      <Definitions
        rows={[
          [words.name, saved?.name],
          [words.registrationNumber, saved?.registrationNumber],
          [words.address, saved?.address],
          [words.email, saved?.email],
          [words.phone, saved?.phone],
          [words.country, saved ? format.country(saved.country) : undefined],
          [words.timeZone, saved?.timeZone],
          [words.dpo, saved?.dpoName ?? saved?.dpoEmail],
        ]}
      />
    </Section>
  );
}
