import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { formQuery, mappingsQuery, sitesQuery } from '../../api/form-queries.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { useMay } from '../../shell/rights.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/section.tsx';
import { CopyFormLink } from '../copy-form-link.tsx';
import { MappingsEditor } from './mappings-editor.tsx';
import { SitesEditor } from './sites-editor.tsx';
import { Snippets } from './snippets.tsx';

/** Where a form may stand besides our own page, and what to copy there. */
export function EmbeddingPage() {
  const { t } = useLanguage();
  const may = useMay();
  const { id } = useParams({ from: '/forms/$id' });
  const { data: form } = useQuery(formQuery(id));
  const sites = useQuery(sitesQuery(id));
  const mappings = useQuery(mappingsQuery(id));
  const words = t.formSites;
  const mayWrite = may('forms.write');
  if (!form) return null;

  return (
    <>
      <Section title={words.link} lead={words.linkLead} actions={form.published ? <CopyFormLink url={form.url} /> : null}>
        <code className="mono">{new URL(form.url, window.location.origin).href}</code>
      </Section>
      <Section title={words.sites} lead={words.sitesLead}>
        <Loaded query={sites}>
          {(saved) => <SitesEditor key={JSON.stringify(saved)} id={id} saved={saved} mayWrite={mayWrite} />}
        </Loaded>
      </Section>
      {form.published ? (
        <Snippets id={id} returnAddresses={sites.data?.returnAddresses ?? []} />
      ) : (
        <Section title={words.snippets}>
          <Text>{words.closed}</Text>
        </Section>
      )}
      <Section title={words.mappings} lead={words.mappingsLead}>
        <Loaded query={mappings}>
          {(saved) => (
            <Stack>
              <MappingsEditor
                key={JSON.stringify(saved)}
                id={id}
                saved={saved}
                boxes={form.published?.definition.boxes ?? []}
                mayWrite={mayWrite}
              />
            </Stack>
          )}
        </Loaded>
      </Section>
    </>
  );
}
