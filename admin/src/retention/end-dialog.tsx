import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActDialog } from '../contact/actions/act-dialog.tsx';
import { MethodFields, told } from '../contact/actions/method-fields.tsx';
import { useAct } from '../contact/actions/use-act.ts';
import { useTexts } from '../languages/language-provider.tsx';

export interface Ending {
  slug: string;
  name: string;
}

/** A contract is over, or whatever else a purpose rested on: from now on its period runs. */
export function EndDialog({ contactId, ending, onClose }: { contactId: string; ending: Ending; onClose: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const words = t.retention.contact;
  const [how, setHow] = useState({ method: 'phone', note: '' });
  const end = useAct(contactId, 'end-basis', () => {
    onClose();
    void queries.invalidateQueries({ queryKey: ['retention'] });
  });

  return (
    <ActDialog
      title={words.endTitle}
      lead={words.endLead(ending.name)}
      submit={words.end}
      opened
      onClose={onClose}
      isPending={end.isPending}
      problem={end.error}
      onSubmit={() => end.mutate({ purpose: ending.slug, ...told(how) })}
    >
      <MethodFields value={how} onChange={setHow} />
    </ActDialog>
  );
}
