import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { draftQuery, formQuery } from '../api/form-queries.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Builder } from './builder/builder.tsx';
import { FormReading } from './form-reading.tsx';

/** The words of a form: written by those who may, read by everyone else. */
export function FormPage() {
  const t = useTexts();
  const may = useMay();
  const { id } = useParams({ from: '/forms/$id' });
  const form = useQuery(formQuery(id));
  const draft = useQuery(draftQuery(id));
  const mayWrite = may('forms.write') && !form.data?.archivedAt;
  if (!form.data) return null;
  const { data: one } = form;

  return (
    <Loaded query={draft} lines={8}>
      {(loaded) =>
        mayWrite ? (
          <Builder key={id} form={one} loaded={loaded} />
        ) : (
          <>
            {one.archivedAt ? null : (
              <Callout tone="note" title={t.formBuilder.readOnlyLead}>
                {one.published ? null : t.formBuilder.readDraft}
              </Callout>
            )}
            <FormReading definition={one.published?.definition ?? loaded.definition} />
          </>
        )
      }
    </Loaded>
  );
}
