import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiProblem, get, post } from '../../api/client.ts';
import { changesQuery, draftQuery } from '../../api/form-queries.ts';
import type { Form, FormDraft } from '../../api/form-types.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';
import { ChangesList } from '../versions/changes-list.tsx';
import { useBuilder } from './builder-context.ts';
import type { DraftSaver } from './draft-saver.ts';
import { FindingNotes } from './finding-notes.tsx';

interface PublishDialogProps {
  form: Form;
  saver: DraftSaver;
  revision: number;
  number: number;
  opened: boolean;
  onClose: () => void;
  /** The server found something that the screen did not know of yet. */
  onRefused: () => void;
}

/** What will be published, before it is: it cannot be changed afterwards. */
export function PublishDialog({ form, saver, revision, number, opened, onClose, onRefused }: PublishDialogProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const { findings } = useBuilder();
  const words = t.formBuilder;
  const last = form.published?.versionId ?? form.versions[0]?.id;
  const publish = useMutation({
    mutationFn: async () => {
      await post(`/api/v1/forms/${form.id}/draft/publish`, { revision: saver.snapshot().revision });

      return get<FormDraft>(`/api/v1/forms/${form.id}/draft`);
    },
    onSuccess: async (fresh) => {
      saver.adopt(fresh);
      queries.setQueryData(draftQuery(form.id).queryKey, fresh);
      notifications.show({ message: words.publishDone(number), color: 'green' });
      onClose();
      await queries.invalidateQueries({ queryKey: ['forms'] });
    },
    // Somebody else may have saved, or the register of purposes changed: look again at what is there.
    onError: async (problem) => {
      await Promise.all(['form-findings', 'forms'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      if (!(problem instanceof ApiProblem) || problem.status !== 422) return;
      publish.reset();
      onClose();
      onRefused();
    },
  });

  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={words.publishTitle(number)}>
      <Stack>
        {last ? <DraftChanges formId={form.id} from={last} revision={revision} /> : <Text>{words.publishFirst}</Text>}
        {findings.length > 0 ? (
          <div>
            <FindingNotes findings={findings} />
          </div>
        ) : null}
        <Text size="sm">{words.publishLead}</Text>
        {publish.error ? <ProblemNotice problem={publish.error} /> : null}
        <Group>
          <Button loading={publish.isPending} onClick={() => publish.mutate()}>
            {words.publish(number)}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function DraftChanges({ formId, from, revision }: { formId: string; from: string; revision: number }) {
  const t = useTexts();
  const changes = useQuery(changesQuery(formId, from, 'draft', revision));
  const words = t.formBuilder;

  return (
    <Loaded query={changes}>
      {(rows) =>
        rows.length === 0 ? (
          <Text>{words.publishNothing}</Text>
        ) : (
          <>
            <Text>{words.publishChanges}</Text>
            <ChangesList changes={rows} />
          </>
        )
      }
    </Loaded>
  );
}
