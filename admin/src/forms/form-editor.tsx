import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiProblem, post } from '../api/client.ts';
import type { FormDefinition } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { FormPreview } from './form-preview.tsx';
import { FormTexts } from './form-texts.tsx';
import styles from './forms.module.css';

interface FormEditorProps {
  formId: string;
  definition: FormDefinition;
  nextNumber: number;
}

/** The form's words in both languages, with the page they make beside them; publishing makes a version, never an edit. */
export function FormEditor({ formId, definition, nextNumber }: FormEditorProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const form = useDraft(definition);
  const publish = useMutation({
    mutationFn: () => post(`/api/v1/forms/${formId}/versions`, { definition: form.draft }),
    onSuccess: async () => {
      form.settle();
      notifications.show({ message: t.forms.publishedVersion(nextNumber), color: 'green' });
      await queries.invalidateQueries({ queryKey: ['forms'] });
    },
  });
  useUnsavedGuard(form.isDirty);
  const errorOf = errorsByField(publish.error);

  return (
    <div className={styles.workbench}>
      <Form onSubmit={() => publish.mutate()} problem={publish.error}>
        <Section title={t.forms.editor} lead={t.forms.editorLead}>
          <FormTexts draft={form.draft} change={form.change} errorOf={errorOf} />
          {publish.error ? <Findings problem={publish.error} /> : null}
          <Group justify="flex-end">
            {form.isDirty ? (
              <Text size="sm" c="dimmed">
                {t.common.unsaved}
              </Text>
            ) : null}
            <Button type="submit" loading={publish.isPending} disabled={!form.isDirty}>
              {t.forms.publishVersion(nextNumber)}
            </Button>
          </Group>
        </Section>
      </Form>
      <FormPreview definition={form.draft} />
    </div>
  );
}

/** What stands in the way of publishing, each finding named. */
function Findings({ problem }: { problem: unknown }) {
  const t = useTexts();
  if (!(problem instanceof ApiProblem) || problem.errors.length === 0) return <ProblemNotice problem={problem} />;

  return (
    <Callout tone="no" role="alert" title={t.forms.findings}>
      <Stack gap={2} component="ul" m={0} ps="md">
        {problem.errors.map(({ field, message }) => (
          <li key={`${field} ${message}`}>{message}</li>
        ))}
      </Stack>
    </Callout>
  );
}
