import { Button, Group, List, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { put } from '../../api/client.ts';
import type { FormSites } from '../../api/form-types.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../../ui/draft.ts';
import { Form } from '../../ui/form.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';
import { LinesEditor } from './lines-editor.tsx';

interface SitesEditorProps {
  id: string;
  saved: FormSites;
  mayWrite: boolean;
}

export function SitesEditor({ id, saved, mayWrite }: SitesEditorProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const sites = useDraft(saved);
  const words = t.formSites;
  const letGo = useUnsavedGuard(sites.isDirty);
  const save = useMutation({
    mutationFn: () =>
      put(`/api/v1/forms/${id}/sites`, {
        sites: sites.draft.sites.map((one) => one.trim()).filter(Boolean),
        returnAddresses: sites.draft.returnAddresses.map((one) => one.trim()).filter(Boolean),
      }),
    onSuccess: async () => {
      letGo();
      notifications.show({ message: words.sitesSaved, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['forms', id] });
    },
  });
  const errorOf = errorsByField(save.error);
  if (!mayWrite) return <SitesReading saved={saved} />;

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Stack>
        <LinesEditor
          label={words.site}
          hint={words.siteHint}
          none={words.noSites}
          add={words.addSite}
          lines={sites.draft.sites}
          errorOf={(at) => errorOf(`sites.${at}`)}
          onChange={(lines) => sites.set('sites', lines)}
        />
        <div>
          <Text fw={600}>{words.returnAddresses}</Text>
          <Text size="sm" c="dimmed">
            {words.returnAddressesLead}
          </Text>
        </div>
        <LinesEditor
          label={words.returnAddress}
          hint={words.returnAddressHint}
          none={words.noReturnAddresses}
          add={words.addReturnAddress}
          lines={sites.draft.returnAddresses}
          errorOf={(at) => errorOf(`returnAddresses.${at}`)}
          onChange={(lines) => sites.set('returnAddresses', lines)}
        />
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        <Group justify="flex-end">
          {sites.isDirty ? (
            <Text size="sm" c="dimmed">
              {t.common.unsaved}
            </Text>
          ) : null}
          <Button type="submit" loading={save.isPending} disabled={!sites.isDirty}>
            {words.saveSites}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

function SitesReading({ saved }: { saved: FormSites }) {
  const t = useTexts();
  const words = t.formSites;
  if (saved.sites.length === 0) return <Text size="sm">{words.noSites}</Text>;

  return (
    <List size="sm">
      {[...saved.sites, ...saved.returnAddresses].map((one) => (
        <List.Item key={one} className="break">
          {one}
        </List.Item>
      ))}
    </List>
  );
}
